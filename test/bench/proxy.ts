import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { sign } from 'cookie-signature';
import { pino } from 'pino';
import { Agent } from 'undici';
import { createOriginGuard } from '../../server/http/origin.ts';
import { createProxy } from '../../server/proxy/proxy.ts';
import { TokenCheck } from '../../server/proxy/token-check.ts';
import { bearer } from '../../server/proxy/upstream-request.ts';
import { ConnectionSessions } from '../../server/session/connection-session.ts';
import { RecordStore } from '../../server/session/records.ts';
import { Sealer } from '../../server/session/sealer.ts';
import { Sessions } from '../../server/session/sessions.ts';
import { SqliteBackend } from '../../server/session/sqlite.ts';
import { ALL_RULES } from '../server/session/all-rules.ts';

/**
 * `node --import tsx test/bench/proxy.ts`: what the proxy costs beside a bare relay of undici, in busy time of this
 * thread per request. The two take turns, A B A B, so that a machine whose speed drifts disturbs both alike. Upstream and
 * load run in threads of their own and are not counted. The target is 0.65 of the relay's requests for the same busy time.
 */
const ROUNDS = 8;
const REQUESTS = 6_000;
const PUBLIC_URL = new URL('http://localhost:3000');

const UPSTREAM = `
  const { createServer } = require('node:http');
  const { parentPort } = require('node:worker_threads');
  const body = JSON.stringify({ id: 'x'.repeat(36), account_number: 'PA1', cash: '100000', buying_power: '200000' });
  const server = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length, 'X-RateLimit-Limit': '200', 'X-Request-ID': 'abc' });
    response.end(body);
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

const LOAD = `
  const { Agent, request } = require('undici');
  const { parentPort } = require('node:worker_threads');
  const dispatcher = new Agent({ connections: 32 });
  parentPort.on('message', async ({ url, headers, count }) => {
    let left = count;
    let failed = 0;
    await Promise.all(Array.from({ length: 32 }, async () => {
      while (left-- > 0) {
        const { statusCode, body } = await request(url, { dispatcher, headers });
        await body.dump();
        if (statusCode !== 200) failed += 1;
      }
    }));
    parentPort.postMessage(failed);
  });
`;

async function serve(listener: RequestListener): Promise<{ url: string; close: () => void }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const upstreamThread = new Worker(UPSTREAM, { eval: true });
const loadThread = new Worker(LOAD, { eval: true });
const [upstreamPort] = (await once(upstreamThread, 'message')) as [number];
const upstream = new URL(`http://127.0.0.1:${upstreamPort}`);
const token = 'b9f9d2c4-1111-4222-8333-444455556666';

const dispatcher = new Agent({ connections: 128 });
const bare = await serve((request, response) => {
  const path = (request.url ?? '').replace('/alpaca/paper', '');
  const headers = { authorization: bearer(token) };
  dispatcher
    .stream(
      { origin: upstream.origin, path, method: 'GET', headers },
      ({ statusCode, headers: answered }) => {
        response.writeHead(statusCode, {
          'Content-Type': answered['content-type'],
          'Content-Length': answered['content-length'],
        });
        return response;
      },
    )
    .catch(() => response.destroy());
});

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const sealer = new Sealer([randomBytes(32)]);
const records = new RecordStore({ backend: new SqliteBackend({ file: join(folder, 's.sqlite') }), sealer });
const lifetimes = { idle: 3_600_000, absolute: 86_400_000 };
const secrets = sealer.signingSecrets();
const sessionId = createHash('sha256').update(randomBytes(32)).digest('base64url').slice(0, 32);
await new Sessions({ records, ...lifetimes }).create(sessionId, {
  cookie: {},
  connections: [
    {
      id: 'connection',
      environment: 'paper',
      account: { id: '1', number: 'PA1', status: 'ACTIVE', currency: 'USD', tradingBlocked: false },
      scope: 'trading data',
      connectedAt: new Date().toISOString(),
      accessToken: token,
    },
  ],
});
const proxy = createProxy({
  mountPath: '/alpaca',
  guard: createOriginGuard({ publicOrigin: PUBLIC_URL.origin, embedOrigins: [] }),
  sessions: new ConnectionSessions({
    rules: ALL_RULES,
    records,
    secrets,
    publicUrl: PUBLIC_URL,
    ...lifetimes,
  }),
  tokenCheck: new TokenCheck({ tradingUrls: { paper: upstream, live: upstream } }),
  upstreams: { paper: upstream, live: upstream, data: upstream },
  environments: ['paper'],
  allow: [],
  log: pino(pino.destination({ dest: '/dev/null', sync: false })),
});
const ours = await serve((request, response) => {
  proxy.handle(request, response);
});

const headers = {
  'X-Alpaca-Connect': '1',
  'Sec-Fetch-Site': 'same-origin',
  Accept: '*/*',
  Cookie: `alpaca.sid=${encodeURIComponent(`s:${sign(sessionId, secrets[0] ?? '')}`)}`,
};

/** Microseconds that this thread is busy, per request. */
async function cost(url: string, count: number): Promise<number> {
  const idle = performance.eventLoopUtilization();
  loadThread.postMessage({ url: `${url}/alpaca/paper/v2/account`, headers, count });
  const [failed] = (await once(loadThread, 'message')) as [number];
  if (failed > 0) throw new Error(`${failed} of ${count} requests failed.`);
  const { active } = performance.eventLoopUtilization(idle);
  return (active * 1_000) / count;
}

for (const url of [bare.url, ours.url]) await cost(url, 2_000);
const ratios: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const bareCost = await cost(bare.url, REQUESTS);
  const ourCost = await cost(ours.url, REQUESTS);
  ratios.push(bareCost / ourCost);
  process.stdout.write(
    `bare relay ${bareCost.toFixed(1)} µs, proxy ${ourCost.toFixed(1)} µs per request: ratio ${(bareCost / ourCost).toFixed(2)}\n`,
  );
}
ratios.sort((a, b) => a - b);
const median = ratios[Math.floor(ratios.length / 2)] ?? Number.NaN;
process.stdout.write(
  `median ratio ${median.toFixed(2)} (${ratios[0]?.toFixed(2)} to ${ratios.at(-1)?.toFixed(2)})\n`,
);

bare.close();
ours.close();
await Promise.all([proxy.close(), records.close(), dispatcher.destroy()]);
await Promise.all([upstreamThread.terminate(), loadThread.terminate()]);
rmSync(folder, { recursive: true });
