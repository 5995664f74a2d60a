// Somebody takes server/ as the template of their own integration: copies it, renames it, installs what it names, and adds a
// setting, an operation and a sign-in of their own, as server/README.md tells them to.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SIMULATOR_CLIENT, type Simulator, startSimulator } from '../../demo/simulator/index.ts';
import { freePort, startByNpm, untilReady } from '../server-process.ts';
import { sourceFiles } from '../shape/source-files.ts';
import { stageEnvironment } from '../stage.ts';
import { Visitor } from '../visitor.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const README = readFileSync(join(ROOT, 'server/README.md'), 'utf8');

interface Manifest {
  name: string;
  bin?: string | Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

const top = manifestIn(ROOT);
const own = manifestIn(join(ROOT, 'server'));
const listed = { ...own.dependencies, ...own.devDependencies };

describe('server/package.json', () => {
  it('asks for the versions that the project is tested with', () => {
    expect({ ...top.dependencies, ...top.devDependencies }).toMatchObject(listed);
  });

  it('names every package that the sources import, and no dependency that they do not', () => {
    const sources = sourceFiles('server').filter(({ path }) => !path.startsWith('server/dist/'));
    const packages = sources
      .flatMap(({ packages, text }) => [...packages, ...required(text)])
      .filter((name) => !name.startsWith('node:'))
      .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
    expect([...new Set(packages)].toSorted()).toEqual(Object.keys(own.dependencies).toSorted());
  });
});

/** What a source loads without importing it. */
function required(text: string): string[] {
  return [...text.matchAll(/createRequire\([^)]*\)\('([^']+)'\)/g)].map(([, name = '']) => name);
}

describe('server/README.md', () => {
  it('links to nothing outside of the folder, where a copy has nothing', () => {
    const links = [...README.matchAll(/\]\(([^)#]+)/g)].map(([, target = '']) => join('server', target));
    expect(links.length).toBeGreaterThan(15);
    expect(links.filter((target) => !target.startsWith('server/'))).toEqual([]);
  });
});

describe('a copy of server/ under another name', () => {
  const parent = mkdtempSync(join(tmpdir(), 'clone-'));
  const copy = join(parent, 'my-desk');
  let simulator: Simulator;
  let url: string;

  beforeAll(async () => {
    const left = ['dist', 'node_modules', 'data'].map((name) => join(ROOT, 'server', name));
    cpSync(join(ROOT, 'server'), copy, { recursive: true, filter: (source) => !left.includes(source) });
    edit('package.json', `"name": "${own.name}"`, '"name": "my-desk"');
    install(Object.keys(listed), join(copy, 'node_modules'));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const redirectUris = [`${url}/alpaca/callback`];
    simulator = await startSimulator({ clients: [{ ...SIMULATOR_CLIENT, redirectUris }] });
    const variables = { ...stageEnvironment(simulator), PUBLIC_URL: url, PORT: `${port}` };
    const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(join(copy, '.env'), lines.join(''));
  });

  afterAll(async () => {
    await simulator.close();
    rmSync(parent, { recursive: true, force: true });
  });

  it('builds, starts, connects, and passes a request on', { timeout: 120_000 }, async () => {
    await using server = startByNpm(copy);
    await untilReady(server, url);
    const visitor = new Visitor({ url });
    expect((await visitor.connect()).status).toBe(201);
    const account = await visitor.call('/paper/v2/account');
    expect(await account.json()).toMatchObject({ status: 'ACTIVE' });
    expect(readdirSync(join(copy, 'data'))).toContain('sessions.sqlite');
    expect((await visitor.call('/paper/v2/account/rewards')).status).toBe(404);
  });

  it('has a setting of its own by one entry, an operation by one row, and a sign-in by getUser', {
    timeout: 120_000,
  }, async () => {
    edit('config.ts', '} satisfies Record<string, Setting>;', `${snippet('signInSecret: {')}$&`);
    edit(
      'operations.ts',
      'export const operations: readonly OperationRow[] = [\n',
      `$&${snippet('/v2/account/rewards')}`,
    );
    // The compiler knows the type of the setting: it refuses a number here, and would complain if there was nothing to refuse.
    const misuse =
      '\n// @ts-expect-error\nexport const wrong = (of: Configuration): number => of.signInSecret;\n';
    writeFileSync(join(copy, 'sign-in.ts'), snippet('export function signIn') + misuse);
    edit('main.ts', /^ *const server = await startServer\(.*\);\n/m, snippet('const { pages, getUser }'));
    edit('main.ts', /^/, "import { signIn } from './sign-in.ts';\n");

    const example = execFileSync('npm', ['run', '--silent', 'env-example'], { cwd: copy, encoding: 'utf8' });
    expect(example.endsWith('# Or a file that holds it: SIGN_IN_SECRET_FILE=/run/secrets/…\n')).toBe(true);
    expect(example).toMatch(/^# Signs the cookie of .*\nSIGN_IN_SECRET=$/m);

    const variables = readFileSync(join(copy, '.env'), 'utf8');
    writeFileSync(join(copy, '.env'), `${variables}SIGN_IN_SECRET=short\n`);
    await using refusing = startByNpm(copy);
    expect(await refusing.ended).toBe(1);
    expect(refusing.output()).toContain(
      'The configuration has 1 problem:\n  - SIGN_IN_SECRET is too short to be safe: use at least 32 characters.',
    );

    writeFileSync(join(copy, '.env'), `${variables}SIGN_IN_SECRET=${'s'.repeat(32)}\n`);
    // What was compiled for the start that was refused is good for this one.
    await using server = startByNpm(copy, '--ignore-scripts');
    await untilReady(server, url);
    const visitor = new Visitor({ url });
    expect((await visitor.startAttempt(Visitor.proofKey())).status).toBe(401);
    await signIn(visitor, 'ada');
    expect((await visitor.connect()).status).toBe(201);

    simulator.control.addFault({
      path: '/paper/v2/account/rewards',
      kind: 'answer',
      status: 200,
      contentType: 'application/json',
      body: '{"points":7}',
    });
    expect(await (await visitor.call('/paper/v2/account/rewards')).json()).toEqual({ points: 7 });

    await signIn(visitor, 'bob');
    expect((await visitor.call('/paper/v2/account/rewards')).status).toBe(401);
  });

  /** What stands for `npm install`, because tests have no network: exactly the packages that are named, and their commands. */
  function install(names: string[], modules: string): void {
    mkdirSync(join(modules, '.bin'), { recursive: true });
    for (const name of names) {
      const source = join(ROOT, 'node_modules', name);
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      symlinkSync(source, join(modules, name));
      const { bin = {} } = manifestIn(source);
      const commands = typeof bin === 'string' ? { [basename(name)]: bin } : bin;
      for (const [command, file] of Object.entries(commands)) {
        symlinkSync(join(source, file), join(modules, '.bin', command));
      }
    }
  }

  /** Changes what must be there in a file of the copy. */
  function edit(file: string, from: string | RegExp, to: string): void {
    const before = readFileSync(join(copy, file), 'utf8');
    const after = before.replace(from, to);
    expect(after, relative(parent, join(copy, file))).not.toBe(before);
    writeFileSync(join(copy, file), after);
  }

  async function signIn(visitor: Visitor, name: string): Promise<void> {
    const answer = await fetch(`${url}/sign-in`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name }),
    });
    const [, value = ''] = /^user=([^;]*)/.exec(answer.headers.getSetCookie()[0] ?? '') ?? [];
    visitor.cookies.set('user', value);
  }
});

/** The example of server/README.md that holds this text. */
function snippet(text: string): string {
  const examples = [...README.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code);
  const found = examples.find((code) => code.includes(text));
  if (found === undefined) throw new Error(`server/README.md has no example with ${text}.`);
  return found;
}
