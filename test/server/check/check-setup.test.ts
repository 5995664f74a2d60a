import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { SIMULATOR_CLIENT, type Simulator, startSimulator } from '../../../demo/simulator/index.ts';
import { checkSetup, type Finding } from '../../../server/check.ts';
import { readConfiguration } from '../../../server/config-reader.ts';
import { findProvider, type Provider } from '../../../server/providers.ts';
import { REDIS_START_TIMEOUT, startRedis, type TestRedis } from '../../redis/start-redis.ts';
import { openStage, type Stage, stageEnvironment } from '../../stage.ts';

let redis: TestRedis;
let simulator: Simulator;
beforeAll(async () => {
  [redis, simulator] = await Promise.all([
    startRedis(),
    startSimulator({
      clients: [{ ...SIMULATOR_CLIENT, redirectUris: ['http://localhost:3999/alpaca/callback'] }],
    }),
  ]);
}, REDIS_START_TIMEOUT);
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
  await simulator.close();
});

/** What the check complains of, for a server at a port where nothing listens. */
async function complaints(environment: Record<string, string>): Promise<Finding[]> {
  const configuration = readConfiguration({
    ...stageEnvironment(simulator),
    PUBLIC_URL: 'http://localhost:3999',
    REDIS_URL: redis.url.href,
    ...environment,
  });
  return (await checkSetup(configuration)).filter(isComplaint).filter(({ what }) => !what.includes('yet'));
}

function isComplaint({ level }: Finding): boolean {
  return level !== 'ok';
}

async function listening(answer: RequestListener): Promise<{ url: URL } & AsyncDisposable> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** The providers of a stage, with another Alpaca. */
function withAlpaca({ service }: Stage, change: (alpaca: Provider) => Partial<Provider>) {
  const alpaca = findProvider(service.configuration.providers);
  return { providers: [{ ...alpaca, ...change(alpaca) }] };
}

describe('checkSetup()', () => {
  it('finds nothing wrong with a server that works, and names the redirect URI to register', async () => {
    await using stage = await openStage();
    const findings = await checkSetup(stage.service.configuration);
    expect(findings.filter(isComplaint)).toEqual([]);
    expect(findings[0]?.what).toContain(`${stage.url}/alpaca/callback`);
  });

  it('names the redirect URI of each broker partner, and asks each whether it knows the app', async () => {
    await using stage = await openStage({ partner: {} });
    const findings = await checkSetup(stage.service.configuration);
    expect(findings.filter(isComplaint)).toEqual([]);
    const said = findings.map(({ what }) => what).join('\n');
    expect(said).toContain(`redirect URI with Acme Invest: ${stage.url}/alpaca/callback/acme`);
    expect(said).toContain('Acme Invest knows the client id and its secret.');
    const { configuration } = stage.service;
    const alpaca = findProvider(configuration.providers);
    const acme = findProvider(configuration.providers, 'acme');
    const stranger = { ...acme, clientSecret: 'canary'.repeat(6) };
    const wrong = await checkSetup({ ...configuration, providers: [alpaca, stranger] });
    expect(wrong.filter(isComplaint)).toMatchObject([
      { level: 'problem', what: expect.stringMatching(/^Acme Invest answers invalid_client/) },
    ]);
    expect(JSON.stringify(wrong)).not.toContain('canary');
  });

  it('tells an upstream that does not answer from a store that does not work, each with its remedy', async () => {
    await using stage = await openStage();
    const findings = await checkSetup({
      ...stage.service.configuration,
      sessionFile: '/dev/null/sessions.sqlite',
      ...withAlpaca(stage, (alpaca) => ({ urls: { ...alpaca.urls, data: new URL('http://127.0.0.1:1') } })),
    });
    expect(findings.filter(isComplaint)).toMatchObject([
      { level: 'problem', remedy: expect.stringContaining('SESSION_FILE') },
      {
        level: 'problem',
        what: expect.stringContaining('http://127.0.0.1:1'),
        remedy: expect.stringMatching(/network/),
      },
    ]);
  });

  it('says that the server does not run yet, which is no problem', async () => {
    await using stage = await openStage();
    const { configuration } = stage.service;
    const findings = await checkSetup({ ...configuration, publicUrl: new URL('http://localhost:1') });
    expect(findings.filter(isComplaint)).toContainEqual(
      expect.objectContaining({ level: 'warning', what: expect.stringContaining('http://localhost:1') }),
    );
  });

  it('notices another program at the address that browsers are to use', async () => {
    await using other = await listening((_request, response) => response.end('another program'));
    await using stage = await openStage();
    const findings = await checkSetup({ ...stage.service.configuration, publicUrl: other.url });
    expect(findings.filter(isComplaint)).toContainEqual(
      expect.objectContaining({ level: 'problem', what: expect.stringContaining('Something else answers') }),
    );
  });

  it('notices that Alpaca does not know the client id or its secret, and repeats neither', async () => {
    const found = await complaints({ ALPACA_CLIENT_SECRET: 'canary'.repeat(6) });
    expect(found).toMatchObject([
      { level: 'problem', what: expect.stringContaining('ALPACA_CLIENT_SECRET is not its secret') },
    ]);
    expect(JSON.stringify(found)).not.toContain('canary');
  });

  it('notices a redirect URI that is not registered, localhost against 127.0.0.1 included', async () => {
    expect(await complaints({ PUBLIC_URL: 'http://127.0.0.1:3999' })).toMatchObject([
      { level: 'warning', remedy: expect.stringContaining('http://localhost:3999') },
      {
        level: 'problem',
        what: expect.stringContaining('http://127.0.0.1:3999/alpaca/callback'),
        remedy: expect.stringContaining('localhost and 127.0.0.1 are two'),
      },
    ]);
  });

  it('says in which order to look for what Alpaca calls invalid_client', async () => {
    const [found] = await complaints({ ALPACA_CLIENT_SECRET: 'canary'.repeat(6) });
    expect(found).toMatchObject({
      what: expect.stringContaining('invalid_client'),
      remedy: expect.stringMatching(
        /Publish switch.*review.*http:\/\/localhost:3999\/alpaca\/callback.*id and secret/s,
      ),
    });
  });

  it('says ok to a redirect URI only where another is refused', async () => {
    await using stage = await openStage();
    const { configuration } = stage.service;
    const uri = `${stage.url}/alpaca/callback`;
    const aboutUri = async (authorizeUrl: URL) =>
      (await checkSetup({ ...configuration, ...withAlpaca(stage, () => ({ authorizeUrl })) }))
        .slice(1)
        .filter(({ what }) => what.includes(uri));

    expect(await aboutUri(configuration.authorizeUrl)).toMatchObject([{ level: 'ok' }]);
    await using anything = await listening((_request, response) =>
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<div id="root"></div>'),
    );
    await using login = await listening((_request, response) =>
      response.writeHead(302, { Location: '/login' }).end(),
    );
    for (const { url } of [anything, login]) {
      expect(await aboutUri(url)).toMatchObject([
        {
          level: 'warning',
          what: expect.stringContaining('cannot be seen from here'),
          remedy: expect.stringContaining('Press the connect button once'),
        },
      ]);
    }
  });

  it('does not blame the configuration when Alpaca only declines to talk to scripts', async () => {
    await using wall = await listening((request, response) => {
      request.resume();
      response.writeHead(403, { 'Content-Type': 'text/html' }).end('<h1>Are you a robot?</h1>');
    });
    const walled = {
      ALPACA_AUTHORIZE_URL: `${wall.url}oauth/authorize`,
      ALPACA_TOKEN_URL: `${wall.url}oauth/token`,
    };
    const found = await complaints(walled);
    expect(found.map(({ level }) => level)).toEqual(['warning', 'warning']);
  });

  it('warns of an allow-listed origin that is PUBLIC_URL by another name', async () => {
    expect(await complaints({ EMBED_ORIGINS: 'http://127.0.0.1:3999,http://127.0.0.1:3001' })).toMatchObject([
      { level: 'warning', what: expect.stringContaining('http://127.0.0.1:3999') },
    ]);
  });

  it('notices https without a proxy that is trusted to have done it', async () => {
    const unproxied = await complaints({ PUBLIC_URL: 'https://desk.invalid' });
    expect(unproxied).toContainEqual(
      expect.objectContaining({ level: 'problem', remedy: expect.stringContaining('TRUST_PROXY') }),
    );
    const proxied = await complaints({ PUBLIC_URL: 'https://desk.invalid', TRUST_PROXY: '1' });
    expect(JSON.stringify(proxied)).not.toContain('TRUST_PROXY');
  });

  it('notices a clock that is off', async () => {
    await using early = await listening((_request, response) => {
      response.writeHead(200, { Date: new Date(Date.now() - 3_600_000).toUTCString() }).end();
    });
    expect(await complaints({ ALPACA_DATA_URL: early.url.href })).toMatchObject([
      {
        level: 'problem',
        what: expect.stringContaining('60 minutes off'),
        remedy: expect.stringContaining('NTP'),
      },
    ]);
  });

  it('says why a Redis cannot be used, and never its password', async () => {
    const found = await complaints({ REDIS_URL: `redis://user:canary@${redis.url.host}` });
    expect(found).toMatchObject([
      { what: expect.stringContaining(redis.url.host), remedy: expect.stringContaining('WRONGPASS') },
    ]);
    expect(JSON.stringify(found)).not.toContain('canary');
  });

  it('warns of a Redis that drops keys when its memory is full', async () => {
    await redis.admin('CONFIG', 'SET', 'maxmemory-policy', 'volatile-lru');
    expect(await complaints({})).toMatchObject([
      { what: expect.stringContaining('volatile-lru'), remedy: expect.stringContaining('noeviction') },
    ]);
  });
});

describe('check.ts', () => {
  const server = fileURLToPath(new URL('../../../server', import.meta.url));

  /** Runs Node without any setting, in a folder without a `.env`. */
  function run(...args: string[]): { status: number | null; output: string } {
    const tsx = createRequire(import.meta.url).resolve('tsx');
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', tsx, ...args], {
      cwd: tmpdir(),
      env: { PATH: process.env['PATH'] },
      encoding: 'utf8',
    });
    return { status, output: stdout + stderr };
  }

  it('checks when it is started, also by a link to its folder, and exits with code 1 for a problem', () => {
    const folder = mkdtempSync(join(tmpdir(), 'check-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    symlinkSync(server, join(folder, 'linked'));
    for (const script of [join(server, 'check.ts'), join(folder, 'linked', 'check.ts')]) {
      const { status, output } = run(script);
      expect(output, script).toMatch(/^The configuration has 4 problems:\n/);
      expect(status, script).toBe(1);
    }
  });

  it('checks nothing when it is only imported', () => {
    const imported = `await import(${JSON.stringify(pathToFileURL(join(server, 'check.ts')).href)})`;
    expect(run('--input-type=module', '--eval', imported)).toEqual({ status: 0, output: '' });
  });
});
