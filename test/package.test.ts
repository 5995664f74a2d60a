import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Project } from './package/installed-package.ts';
import { validEnvironment } from './server/valid-environment.ts';
import { freePort } from './server-process.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** Runs a module where the package finds itself by its name, as in the project of somebody who installed it. */
function runModule(source: string, environment: Record<string, string> = {}): string {
  const file = join(ROOT, 'dist', `example-${process.pid}-${Math.random().toString(36).slice(2)}.mjs`);
  writeFileSync(file, source);
  try {
    return execFileSync(process.execPath, [file], {
      cwd: mkdtempSync(join(tmpdir(), 'package-')),
      env: { PATH: process.env['PATH'], ...environment },
      encoding: 'utf8',
    });
  } finally {
    rmSync(file);
  }
}

describe('the built package', () => {
  it('can be imported in Node, every entry of it, without side effects', () => {
    const output = runModule(`
      const names = {};
      await import('connect-with-alpaca/widget');
      // Lit brings a registry of its own where there is none.
      const defined = globalThis.customElements?.get('alpaca-connect') !== undefined;
      for (const entry of ['widget', 'widget/core', 'widget/stream', 'widget/define', 'server', 'broker', 'simulator']) {
        names[entry] = Object.keys(await import('connect-with-alpaca/' + entry)).sort();
      }
      console.log(JSON.stringify({ names, defined }));
    `);
    const { names, defined } = JSON.parse(output);
    expect(defined).toBe(false);
    expect(names.widget).toEqual(
      expect.arrayContaining(['AlpacaConnectElement', 'connectInPopup', 'Backend']),
    );
    expect(names.server).toEqual([
      'ConfigurationError',
      'alpacaConnect',
      'createLogger',
      'readConfiguration',
    ]);
    expect(names.broker).toEqual(['ConfigurationError', 'brokerMetadata', 'brokerOAuth']);
    expect(names.simulator).toEqual(expect.arrayContaining(['startSimulator', 'SIMULATOR_CLIENT']));
  });

  it('has a declaration for every entry', () => {
    const require = createRequire(import.meta.url);
    const manifest = require('../package.json') as { exports: Record<string, string | { types: string }> };
    const root = dirname(require.resolve('connect-with-alpaca/package.json'));
    const declarations = Object.values(manifest.exports).flatMap((entry) =>
      typeof entry === 'string' ? [] : [readFileSync(join(root, entry.types), 'utf8')],
    );
    expect(declarations).toHaveLength(7);
    for (const text of declarations) expect(text).toMatch(/export/);
  });
});

describe('the packed package', () => {
  /**
   * The complaints of the compiler about a project in which the package is installed and this is the only file.
   * @param packages The packages of types that the user installed.
   */
  function compile(source: string, packages: string[] = []): string {
    using project = new Project({ packages });
    project.write('page.ts', source);
    return project.compile(['page.ts'], {
      ...{ noEmit: true, module: 'nodenext', types: packages.map((name) => name.replace('@types/', '')) },
      lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'],
    });
  }

  const PAGE = `
    const element = document.querySelector('alpaca-connect')!;
    for await (const event of element.stream('paper')) {
      if (event.type === 'update') console.log(event.update.order.symbol);
    }
    element.addEventListener('alpaca-error', (event) => event.code satisfies string);
    document.addEventListener('alpaca-connected', (event) => event.connection.account.number);
    element.environment = 'both';
  `;

  it.each(['', '/define'])('tells TypeScript of the tag and its events with widget%s', (entry) => {
    expect(compile(`import 'connect-with-alpaca/widget${entry}';${PAGE}`)).toBe('');
  });

  it('tells TypeScript what the router is, to a user who installed no types of Express', () => {
    const app = `
      import { createServer } from 'node:http';
      import { alpacaConnect } from 'connect-with-alpaca/server';
      const alpaca = alpacaConnect({
        getUser: ({ headers }) => headers.from,
        onConnect: ({ user }) => void user?.trim(),
      });
      createServer(async (request, response) => {
        const paper = await alpaca.connectionOf(request, 'paper');
        alpaca(request, response, () => response.end(paper?.connection.account.number.trim()));
      });
    `;
    // Of an unknown type, this would be right, and the comment wrong.
    const wrong = '// @ts-expect-error\nalpaca.drain() satisfies string;';
    expect(compile(app + wrong, ['@types/node'])).toBe('');
  });

  it('and TypeScript finds what is wrong', () => {
    const wrong = "document.querySelector('alpaca-connect')!.stream('both');";
    expect(compile(`import 'connect-with-alpaca/widget';${wrong}`)).toContain('\'"both"\'');
  });
});

describe('the README', () => {
  it('shows an Express app that works as it stands', async () => {
    const [, example = ''] = /```js\n(import express[\s\S]*?)```/.exec(readme) ?? [];
    expect(example).toContain("app.use('/alpaca', alpacaConnect())");
    const port = await freePort();
    const output = runModule(
      `${example.replace('3000', String(port))}
      const answer = await fetch('http://127.0.0.1:${port}/alpaca/connections', {
        headers: { 'X-Alpaca-Connect': '1', Origin: 'http://127.0.0.1:${port}' },
      });
      process.stdout.write('\\nANSWER ' + (await answer.text()) + '\\n');
      process.exit();`,
      { ...validEnvironment(), PUBLIC_URL: `http://127.0.0.1:${port}` },
    );
    const answer = /^ANSWER (.*)$/m.exec(output)?.[1] ?? '';
    expect(JSON.parse(answer)).toMatchObject({ environments: ['paper'], connections: [] });
  });

  it('has both snippets and the picture within the first screen', () => {
    const first = readme.split('\n').slice(0, 30).join('\n');
    expect(first).toContain('<alpaca-connect></alpaca-connect>');
    expect(first).toContain("app.use('/alpaca'");
    expect(first).toContain('demo/screenshots/desktop-light.png');
  });

  it('names only variables that the server knows', async () => {
    const { settings } = await import('../server/config.ts');
    const known = new Set<string>(Object.values(settings).map(({ variable }) => variable));
    const named = readme.match(/`[A-Z]+(?:_[A-Z]+)+`/g)?.map((name) => name.slice(1, -1)) ?? [];
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !known.has(name.replace(/_FILE$/, '')) && !known.has(name))).toEqual([]);
  });
});
