import { describe, expect, it } from 'vitest';
import { unusedExports } from './exported-names.ts';
import { type SourceFile, sourceFiles, topLevel } from './source-files.ts';

const sources = sourceFiles('widget', 'server', 'demo');

/** The files whose code (not its comments) matches. */
function owners(pattern: RegExp, files: SourceFile[] = sources): string[] {
  return files.filter(({ text }) => pattern.test(withoutComments(text))).map(({ path }) => path);
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

describe('the repository', () => {
  it('has at its top the four folders, the documents, and what tools force there', () => {
    const known = [
      /^(?:widget|server|demo|test)$/,
      /^package(?:-lock)?\.json$/,
      /^tsconfig(?:\.\w+)?\.json$/,
      /^(?:README|SECURITY|CHANGELOG)\.md$|^LICENSE$|^\.env\.example$/,
      /^biome\.json$|^vite\.config\.ts$|^vitest\.config\.ts$|^web-test-runner\.config\.mjs$/,
      /^\.(?:ci|github|gitignore|npmrc)$/,
    ];
    expect(topLevel().filter((name) => !known.some((pattern) => pattern.test(name)))).toEqual([]);
  });

  it('names files after the thing in them, in kebab-case, and none after a drawer', () => {
    const drawers = /(?:^|\/)(?:utils?|helpers?|types|constants|services|lib|common|misc)(?:\/|\.|$)/;
    const kebab = /^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*(?:\.config)?\.ts$/;
    const badly = sources.filter(({ path }) => drawers.test(path) || !kebab.test(path));
    expect(badly.map(({ path }) => path)).toEqual([]);
  });

  it('lets data flow one way: the widget takes only types from the server, and nothing imports the demo', () => {
    const wrong = sources.flatMap(({ path, imports, runtimeImports }) => {
      const folder = path.split('/')[0];
      if (folder === 'widget') {
        return [
          ...runtimeImports.filter((target) => !target.startsWith('widget/')),
          ...imports.filter((target) => !/^widget\/|^server\/contract\.ts$/.test(target)),
        ].map((target) => `${path} -> ${target}`);
      }
      if (folder === 'server') {
        return imports
          .filter((target) => !target.startsWith('server/'))
          .map((target) => `${path} -> ${target}`);
      }
      return imports.filter((target) => target.startsWith('test/')).map((target) => `${path} -> ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it('keeps the simulator apart from the server: they share the contract of types and nothing else', () => {
    const simulator = sources.filter(({ path }) => path.startsWith('demo/simulator/'));
    const taken = simulator.flatMap(({ imports }) =>
      imports.filter((target) => target.startsWith('server/')),
    );
    expect([...new Set(taken)]).toEqual(['server/contract.ts']);
  });

  it('builds streams upon the proxy, and not the proxy upon streams', () => {
    const proxy = sources.filter(({ path }) => path.startsWith('server/proxy/'));
    const taken = proxy.flatMap(({ imports }) =>
      imports.filter((target) => target.startsWith('server/trade-updates/')),
    );
    expect(taken).toEqual([]);
  });

  it('has no import cycles', () => {
    const byPath = new Map(sources.map((file) => [file.path, file]));
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (path: string, trail: string[]): void => {
      if (trail.includes(path)) {
        cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
        return;
      }
      if (done.has(path)) return;
      for (const target of byPath.get(path)?.runtimeImports ?? []) visit(target, [...trail, path]);
      done.add(path);
    };
    for (const { path } of sources) visit(path, []);
    expect(cycles).toEqual([]);
  });

  it('exports only what another file imports, or what the package gives to others', () => {
    expect(unusedExports('server/', 'widget/', 'demo/')).toEqual([]);
  });

  it('imports only files that exist and packages that package.json names', async () => {
    const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
    const named = new Set(Object.keys(manifest.dependencies));
    const paths = new Set(sources.map(({ path }) => path));
    const missing = sources.flatMap(({ path, imports, packages }) => [
      ...imports
        .filter((target) => target.endsWith('.ts') && !paths.has(target))
        .map((t) => `${path} -> ${t}`),
      ...packages
        .map((name) =>
          name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : (name.split('/')[0] ?? ''),
        )
        .filter(
          (name) =>
            !name.startsWith('node:') && !named.has(name) && !/vite\.config\.ts$|^widget\/build\//.test(path),
        )
        .map((name) => `${path} -> ${name}`),
    ]);
    expect(missing).toEqual([]);
  });
});

describe('the tests', () => {
  it('replace no global that a server of another test may still use in the same process', () => {
    const needed =
      'performance|process|Buffer|URL|Date|fetch|queueMicrotask|(?:set|clear)(?:Timeout|Interval|Immediate)';
    const takes = new RegExp(`stubGlobal\\('(?:${needed})'`);
    expect(
      sourceFiles('test')
        .filter(({ text }) => takes.test(text))
        .map(({ path }) => path),
    ).toEqual([]);
  });
});

describe('a capability has one owner', () => {
  it.each([
    ['reads the process environment', /process\.env\b/, ['server/config-reader.ts']],
    ['opens windows', /\bwindow\.open\(/, ['widget/popup/connect-in-popup.ts']],
    ['makes PKCE pairs', /generateRandomCodeVerifier\(/, ['widget/pkce.ts']],
    [
      'renders with Lit',
      /^import (?!type)[^;]*from 'lit'/m,
      [
        'widget/alpaca-connect-element.ts',
        'widget/alpaca-connect-styles.ts',
        'widget/alpaca-connect-view.ts',
        'demo/gallery/specimen.ts',
      ],
    ],
    ['defines elements', /customElements\.define\(/, ['widget/define-element.ts']],
    [
      'stands on express-session',
      /^import (?!type)[^;]*from 'express-session'/m,
      ['server/session/cookie.ts'],
    ],
    ['makes the Authorization header for Alpaca', /Bearer \$\{/, ['server/proxy/upstream-request.ts']],
    ['relays through undici', /^import (?!type)[^;]*from 'undici'/m, ['server/proxy/relay.ts']],
    ['opens SQLite', /^import (?!type)[^;]*from 'better-sqlite3'/m, ['server/session/sqlite.ts']],
    ['uses ciphers', /createCipheriv|createDecipheriv/, ['server/session/sealer.ts']],
    [
      'knows a client secret of its own',
      /ClientSecretPost\(/,
      ['server/broker/partner-credentials.ts', 'server/connect/alpaca-oauth.ts'],
    ],
    ['writes error bodies', /: ErrorAnswer = /, ['server/http/errors.ts']],
    [
      'answers 502 and 504, which edges put pages of their own in place of',
      /PublicError\(\s*50[24]\b/,
      ['server/proxy/alpaca-refusal.ts', 'server/proxy/upstream-answer.ts'],
    ],
    ['writes to the log', /\blog\[level\]\(|\.(?:info|warn)\(\{/, ['server/http/log.ts']],
    [
      'speaks WebSocket to Alpaca',
      /^import (?!type)[^;]*from 'ws'/m,
      ['server/trade-updates/alpaca-socket.ts'],
    ],
    ['makes loggers', /\bpino\(/, ['server/http/log.ts']],
  ])('%s', (_what, pattern, expected) => {
    const files = sources.filter(({ path }) => !path.startsWith('demo/simulator/'));
    expect(owners(pattern, files)).toEqual(expected);
  });
});
