import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'server/package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};

interface Compiled {
  /** What the compiler complains of. */
  complaints: string;
  /** The files that it read. */
  files: string[];
}

/**
 * Compiles a project in which the server is installed and this is the only file. Its dependencies are there, as npm
 * installs them, but no types beside theirs, except for those that the project names.
 */
function compile(source: string, types: string[]): Compiled {
  const project = mkdtempSync(join(tmpdir(), 'server-types-'));
  const modules = join(project, 'node_modules');
  const own = join(modules, 'alpaca-connect-server');
  try {
    for (const name of [...Object.keys(dependencies), ...types]) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
    }
    // A copy: the compiler would follow a link, and find the types of this repository beside it.
    cpSync(join(ROOT, 'server/dist'), join(own, 'dist'), { recursive: true });
    cpSync(join(ROOT, 'server/package.json'), join(own, 'package.json'));
    const compilerOptions = {
      ...{ strict: true, noEmit: true, skipLibCheck: false, listFiles: true },
      ...{ target: 'es2023', lib: ['es2023'], module: 'nodenext', types: ['node'] },
    };
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['app.ts'] }));
    writeFileSync(join(project, 'app.ts'), source);
    const lines = run(project).split('\n');
    const isFile = (line: string) => /^(?:\/|[A-Z]:).*\.(?:ts|mts|cts)$/.test(line);
    return {
      complaints: lines.filter((line) => !isFile(line)).join('\n'),
      files: lines.filter(isFile),
    };
  } finally {
    rmSync(project, { recursive: true });
  }
}

function run(project: string): string {
  try {
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    return execFileSync(process.execPath, [compiler, '-p', project], { encoding: 'utf8' });
  } catch (error) {
    return String((error as { stdout?: string }).stdout || error);
  }
}

const NODE_APP = `
import { createServer } from 'node:http';
import * as api from 'alpaca-connect-server';
import { alpacaConnect, type Connection, createLogger, readConfiguration } from 'alpaca-connect-server';

type IsAny<T> = 0 extends 1 & T ? true : false;
type Options = NonNullable<Parameters<typeof alpacaConnect>[0]>;
type Request = Parameters<NonNullable<Options['getUser']>>[0];

const real: { [Name in keyof typeof api]: IsAny<(typeof api)[Name]> extends true ? never : true } = {
  ...{ alpacaConnect: true, ConfigurationError: true, createLogger: true, readConfiguration: true },
};
const options: { [Name in keyof Options]-?: IsAny<Options[Name]> } = {
  ...{ configuration: false, log: false, backend: false },
  ...{ getUser: false, onConnect: false, onDisconnect: false },
};
const request: IsAny<Request> = false;

const alpaca = alpacaConnect({
  configuration: readConfiguration({}),
  log: createLogger(),
  getUser: ({ headers }) => headers.authorization,
  onConnect: ({ connection }: { connection: Connection }) => void connection.account.number,
});
createServer(async (incoming, response) => {
  const paper = await alpaca.connectionOf(incoming, 'paper');
  const token: string | undefined = paper?.accessToken;
  alpaca(incoming, response, () => response.end(String([real, options, request, token !== undefined])));
  // @ts-expect-error: there is no connection to both environments.
  await alpaca.connectionOf(incoming, 'both');
  // @ts-expect-error: it is no request.
  alpaca('incoming', response, () => {});
  // @ts-expect-error: what is any has everything.
  alpaca.nothing;
});
// @ts-expect-error: an id is a string.
alpacaConnect({ getUser: () => 7 });
alpaca.drain();
await alpaca.close();
`;

const EXPRESS_APP = `
import { alpacaConnect } from 'alpaca-connect-server';
import express, { type Request } from 'express';

const alpaca = alpacaConnect({ getUser: (request: Request) => request.get('x-user') });
express()
  .use('/alpaca', alpaca)
  .get('/token', async (request, response) => {
    const paper = await alpaca.connectionOf(request, 'paper');
    response.json({ isConnected: paper !== undefined });
  });
// @ts-expect-error: it is no path.
express().use(7, alpaca);
`;

describe('the declarations of the server', () => {
  it('are real and whole where Node has types and Express has none', () => {
    const { complaints, files } = compile(NODE_APP, ['@types/node']);
    expect(complaints).toBe('');
    // Nor by a way round: of what npm does not install with the server, nothing was read.
    const types = files.map((file) => /node_modules\/(@types\/[^/]+)/.exec(file)?.[1]);
    expect(new Set(types.filter((name) => name !== undefined))).toEqual(new Set(['@types/node']));
  });

  it('fit an app on Express, whose request `getUser` gets', () => {
    expect(compile(EXPRESS_APP, ['@types/node', '@types/express']).complaints).toBe('');
  });
});
