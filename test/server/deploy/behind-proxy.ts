import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { Agent, fetch as undiciFetch } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SIMULATOR_CLIENT, type Simulator, startSimulator } from '../../../demo/simulator/index.ts';
import { freePort, type ServerProcess, startServerProcess, untilReady } from '../../server-process.ts';
import { stageEnvironment } from '../../stage.ts';
import { Visitor } from '../../visitor.ts';
import { recipe } from './recipes.ts';

export interface Where {
  /** `host:port` of the server. */
  upstream: string;
  /** Where the proxy is to listen, on loopback. */
  port: number;
  /** For whatever it writes. */
  folder: string;
}

export interface FrontProxy extends AsyncDisposable {
  process: ChildProcess;
  /** What its certificate is checked with. PEM. */
  ca(): string;
  /** Everything that it has written to any log. */
  logged(): string;
}

/** How often one person may start to connect in a minute. */
const CONNECTS = 10;

/** A process of a proxy, which ends with the tests. */
export function asProxy(
  process: ChildProcess,
  { ca, logged }: Pick<FrontProxy, 'ca' | 'logged'>,
): FrontProxy {
  return {
    process,
    ca,
    logged,
    async [Symbol.asyncDispose]() {
      process.kill('SIGTERM');
      if (process.exitCode === null) await once(process, 'exit');
    },
  };
}

/** Runs the server behind a proxy, and shows what every proxy in front of it has to let be. */
export function itServesBehind(start: (where: Where) => FrontProxy): void {
  const folder = mkdtempSync(join(tmpdir(), 'deploy-'));
  chmodSync(folder, 0o755); // nginx's workers are nobody
  let simulator: Simulator;
  let server: ServerProcess;
  let proxy: FrontProxy;
  let upstream: number;
  let port: number;
  let url: string;

  beforeAll(async () => {
    upstream = await freePort();
    port = await freePort();
    url = `https://localhost:${port}`;
    simulator = await startSimulator({
      clients: [{ ...SIMULATOR_CLIENT, redirectUris: [`${url}/alpaca/callback`] }],
    });
    server = startServerProcess({
      ...stageEnvironment(simulator),
      ...{ PUBLIC_URL: url, PORT: String(upstream), TRUST_PROXY: '1', CONNECTS_PER_MINUTE: String(CONNECTS) },
      SESSION_FILE: join(folder, 'sessions.sqlite'),
    });
    await untilReady(server, `http://127.0.0.1:${upstream}`);
    proxy = start({ upstream: `127.0.0.1:${upstream}`, port, folder });
    while (!(await isListening())) {
      if (proxy.process.exitCode !== null) throw new Error(proxy.logged());
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }, 60_000);

  afterAll(async () => {
    await proxy?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
    await simulator?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Whether something speaks TLS there. Its certificate may not have been written yet. */
  function isListening(): Promise<boolean> {
    return new Promise((resolve) => {
      const options = { host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false };
      const probe = connect(options, () => {
        probe.destroy();
        resolve(true);
      });
      probe.on('error', () => resolve(false));
    });
  }

  /** Sends this path, byte for byte. */
  async function ask(path: string): Promise<{ status: number; body: string }> {
    const headers = { Host: `localhost:${port}`, 'X-Alpaca-Connect': '1', Origin: url };
    const outgoing = request({
      host: '127.0.0.1',
      port,
      path,
      headers,
      servername: 'localhost',
      ca: proxy.ca(),
    });
    const answered = once(outgoing.end(), 'response');
    const [response] = await answered;
    let body = '';
    for await (const chunk of response) body += chunk;
    return { status: response.statusCode, body };
  }

  it('lets pages through TLS to the server, and rewrites no path on the way', async () => {
    expect(await ask('/readyz')).toEqual({ status: 200, body: '{"status":"ok"}' });
    expect((await ask('/alpaca/connect.js')).body).toContain('alpaca-connect');
    const { status, body } = await ask('/alpaca/connections');
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ connections: [] });
    // The server itself refuses what is encoded twice; the proxy must not have decoded it before.
    const encoded = await ask('/alpaca/paper/v2/orders%252f..%252faccount');
    expect(JSON.parse(encoded.body)).toMatchObject({
      code: expect.any(String),
      requestId: expect.any(String),
    });
  });

  it('connects, passes calls on, and begins an event stream while it goes on', async () => {
    const agent = new Agent({ connect: { ca: proxy.ca() } });
    const trusting = (address: string, init: RequestInit) =>
      undiciFetch(address, { ...(init as object), dispatcher: agent });
    const visitor = new Visitor({ url }, { fetch: trusting as unknown as typeof fetch });
    expect((await visitor.connect()).status).toBe(201);
    expect(await (await visitor.call('/paper/v2/account')).json()).toMatchObject({ status: 'ACTIVE' });

    const stream = await visitor.call('/paper/stream', { headers: { Accept: 'text/event-stream' } });
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let events = '';
    // The first events are far smaller than any buffer, and the stream does not end.
    while (!events.includes('"state":"open"')) events += (await reader?.read())?.value ?? '';
    expect(events).toMatch(/^event: status$/m);
    await reader?.cancel();
    await agent.close();
  });

  it('counts clients by their real address, whatever they claim', async () => {
    const ca = join(folder, 'ca.pem');
    writeFileSync(ca, proxy.ca());
    // The loop of server/DEPLOY.md, as it stands there.
    const env = { PATH: process.env['PATH'], PUBLIC_URL: url, CURL_CA_BUNDLE: ca };
    const { stdout } = spawnSync('sh', ['-c', recipe('sh', 'X-Forwarded-For')], { env, encoding: 'utf8' });
    const statuses = stdout.trim().split('\n');
    expect(statuses).toHaveLength(CONNECTS + 2);
    expect(statuses.slice(-2)).toEqual(['429', '429']);

    // Past the proxy, the server believes each of them: it is the proxy that does not pass the claim on.
    const believed = await Promise.all(statuses.map((_, index) => claim(`198.51.100.${index}`)));
    expect(believed).not.toContain(429);
  });

  /** Starts an attempt at the server itself, as a proxy would for a client of this address. */
  async function claim(address: string): Promise<number> {
    const headers = { 'X-Alpaca-Connect': '1', Origin: url, 'X-Forwarded-For': address };
    const outgoing = plainRequest({
      host: '127.0.0.1',
      port: upstream,
      path: '/alpaca/attempts',
      method: 'POST',
      headers,
    });
    const [response] = await once(outgoing.end(), 'response');
    response.resume();
    return response.statusCode;
  }

  it('logs no code of a callback, not even when the server is away', async () => {
    await ask('/alpaca/callback?code=secret-code&state=abc');
    await server[Symbol.asyncDispose]();
    expect((await ask('/alpaca/callback?code=secret-code&state=abc')).status).toBe(502);
    expect(proxy.logged()).toMatch(/\b502\b/);
    expect(proxy.logged()).not.toContain('secret-code');
  });
}
