import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SIMULATOR_CLIENT, startSimulator } from '../../demo/simulator/index.ts';
import { freePort, startServerProcess, untilReady } from '../server-process.ts';
import { stageEnvironment } from '../stage.ts';

describe('npm start', () => {
  it('exits with code 1 and one message that lists each missing variable and its remedy', async () => {
    await using server = startServerProcess({});
    expect(await server.ended).toBe(1);
    const output = server.output();
    expect(output).toMatch(/^The configuration has 4 problems:\n/);
    for (const name of ['ALPACA_CLIENT_ID', 'ALPACA_CLIENT_SECRET', 'PUBLIC_URL', 'SESSION_KEYS']) {
      expect(output).toMatch(new RegExp(`^ {2}- ${name} is missing\\. \\w+`, 'm'));
    }
    expect(output).not.toMatch(/^\s+at /m);
  });

  it('exits with code 1 and one message that lists each nonsensical variable, without its value', async () => {
    await using server = startServerProcess({
      ALPACA_CLIENT_ID: 'PKCANARYCANARYCANARY',
      ALPACA_CLIENT_SECRET: '<canary>',
      PUBLIC_URL: 'canary',
      SESSION_KEYS: 'canary',
      SESSION_IDLE: 'canary',
      ALPACA_LIVE: 'canary',
      TRUST_PROXY: 'true',
      ALPACA_SCOPE: 'canary',
    });
    expect(await server.ended).toBe(1);
    expect(server.output()).toContain('has 8 problems');
    expect(server.output()).not.toMatch(/canary/i);
  });

  it('exits with code 1 and says so when the port is taken, or the session file cannot be opened', {
    timeout: 120_000,
  }, async () => {
    await using simulator = await startSimulator();
    const taken = new URL(simulator.url).port;
    const base = { ...stageEnvironment(simulator), PUBLIC_URL: 'http://localhost:3000' };
    const folder = mkdtempSync(join(tmpdir(), 'main-'));
    const file = join(folder, 'sessions.sqlite');

    await using blocked = startServerProcess({ ...base, PORT: taken, SESSION_FILE: file });
    expect(await blocked.ended).toBe(1);
    expect(blocked.output()).toContain('PORT');

    await using fileless = startServerProcess({ ...base, PORT: '0', SESSION_FILE: '/dev/null/sessions' });
    expect(await fileless.ended).toBe(1);
    expect(fileless.output()).toContain('cannot start');
  });

  it('serves, and exits with code 0 when it is asked to stop', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    await using simulator = await startSimulator({
      clients: [{ ...SIMULATOR_CLIENT, redirectUris: [`${url}/alpaca/callback`] }],
    });
    await using server = startServerProcess({
      ...stageEnvironment(simulator),
      PUBLIC_URL: url,
      PORT: String(port),
      SESSION_FILE: join(mkdtempSync(join(tmpdir(), 'main-')), 'sessions.sqlite'),
    });
    await untilReady(server, url);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    const script = await fetch(`${url}/alpaca/connect.js`, { headers: { 'Accept-Encoding': 'identity' } });
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(script.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(script.headers.get('access-control-allow-origin')).toBe('*');

    // SIGTERM, which also waits for load balancers, is tested in test/faults/drain.test.ts.
    server.process.kill('SIGINT');
    expect(await server.ended).toBe(0);
  });
});
