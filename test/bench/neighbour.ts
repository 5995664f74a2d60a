import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { sign } from 'cookie-signature';
import { Agent, request } from 'undici';
import { RecordStore } from '../../server/session/records.ts';
import { Sealer } from '../../server/session/sealer.ts';
import { Sessions } from '../../server/session/sessions.ts';
import { SqliteBackend } from '../../server/session/sqlite.ts';
import { freePort, startServerProcess, untilReady } from '../server-process.ts';

/**
 * `node --import tsx test/bench/neighbour.ts`: what one person feels of another who sends as much as the server takes.
 * Their p99 should stay within three times that of an idle server. The server is a process of its own with a SQLite file;
 * Alpaca answers after 20 ms. The hostile session keeps 96 requests open, which is all that its lane holds: 24 under way
 * and 72 that wait. Idle and hostile phases take turns, so that a machine whose speed drifts disturbs both alike.
 */
const ROUNDS = 4;
const CALLS = 250;
const HOSTILE_CLIENTS = 96;

const UPSTREAM = `
  const { createServer } = require('node:http');
  const { parentPort } = require('node:worker_threads');
  const body = JSON.stringify({ cash: '100000' });
  const server = createServer((_, response) => {
    setTimeout(() => response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body), 20);
  });
  server.keepAliveTimeout = 60000;
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

const HOSTILE = `
  const { Agent, request } = require('undici');
  const { parentPort, workerData: { url, headers, clients } } = require('node:worker_threads');
  const dispatcher = new Agent({ connections: clients });
  let on = false;
  let floods = [];
  const answers = {};
  async function flood() {
    while (on) {
      const { statusCode, body } = await request(url, { dispatcher, headers });
      await body.dump();
      answers[statusCode] = (answers[statusCode] ?? 0) + 1;
    }
  }
  parentPort.on('message', async (wanted) => {
    on = wanted;
    if (on) floods = Array.from({ length: clients }, flood);
    else await Promise.all(floods).then(() => parentPort.postMessage(answers));
  });
`;

for (const [what, callsPerMinute] of [
  ['at its in-flight limit', 1_000_000],
  ['over its calls per minute', undefined],
] as const) {
  await measure(what, callsPerMinute);
}

async function measure(what: string, callsPerMinute: number | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const upstream = new Worker(UPSTREAM, { eval: true });
  const [upstreamPort] = (await once(upstream, 'message')) as [number];
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const key = randomBytes(32);
  const file = join(folder, 'sessions.sqlite');
  await using server = startServerProcess({
    PORT: `${port}`,
    PUBLIC_URL: url,
    SESSION_KEYS: key.toString('base64'),
    SESSION_FILE: file,
    ALPACA_CLIENT_ID: '0'.repeat(32),
    ALPACA_CLIENT_SECRET: '0'.repeat(40),
    ALPACA_PAPER_URL: `http://127.0.0.1:${upstreamPort}`,
    ALPACA_DATA_URL: `http://127.0.0.1:${upstreamPort}`,
    ...(callsPerMinute === undefined ? {} : { CALLS_PER_MINUTE: `${callsPerMinute}` }),
  });
  await untilReady(server, url);
  const cookies = await twoSessions(file, key);
  const account = `${url}/alpaca/paper/v2/account`;
  const hostile = new Worker(HOSTILE, {
    eval: true,
    workerData: { url: account, headers: headersOf(cookies.hostile), clients: HOSTILE_CLIENTS },
  });

  const dispatcher = new Agent({ connections: 1 });
  const times = { idle: [] as number[], hostile: [] as number[] };
  let answers: unknown;
  for (let round = 0; round < ROUNDS; round += 1) {
    times.idle.push(...(await visit(account, cookies.person[round] ?? '', dispatcher)));
    hostile.postMessage(true);
    times.hostile.push(...(await visit(account, cookies.person[ROUNDS + round] ?? '', dispatcher)));
    hostile.postMessage(false);
    [answers] = await once(hostile, 'message');
  }
  const [idle, busy] = [times.idle, times.hostile].map(percentile99) as [number, number];
  process.stdout.write(
    `neighbour ${what}: p99 ${idle.toFixed(1)} ms idle, ${busy.toFixed(1)} ms beside it, ${(busy / idle).toFixed(2)}× ` +
      `(${times.hostile.length} calls; the neighbour was answered ${JSON.stringify(answers)})\n`,
  );
  await Promise.all([hostile.terminate(), upstream.terminate(), dispatcher.destroy()]);
  rmSync(folder, { recursive: true });
}

/** The person's calls go through several sessions, to stay below the limit of each. */
async function twoSessions(file: string, key: Buffer): Promise<{ hostile: string; person: string[] }> {
  const sealer = new Sealer([key]);
  const records = new RecordStore({ backend: new SqliteBackend({ file }), sealer });
  const sessions = new Sessions({ records, idle: 3_600_000, absolute: 86_400_000 });
  const create = async (): Promise<string> => {
    const id = randomBytes(24).toString('base64url');
    const account = { id, number: 'PA1', status: 'ACTIVE', currency: 'USD', tradingBlocked: false };
    const connectedAt = new Date().toISOString();
    const connection = {
      id,
      environment: 'paper' as const,
      account,
      scope: '',
      connectedAt,
      accessToken: id,
    };
    await sessions.create(id, { cookie: {}, connections: [connection] });
    return `alpaca.sid=${encodeURIComponent(`s:${sign(id, sealer.signingSecrets()[0] ?? '')}`)}`;
  };
  const hostile = await create();
  const person = await Promise.all(Array.from({ length: ROUNDS * 2 }, create));
  await records.close();
  return { hostile, person };
}

function headersOf(cookie: string): Record<string, string> {
  return { 'X-Alpaca-Connect': '1', 'Sec-Fetch-Site': 'same-origin', Cookie: cookie };
}

/** Milliseconds of each of one person's calls, one after the other. */
async function visit(url: string, cookie: string, dispatcher: Agent): Promise<number[]> {
  const times: number[] = [];
  for (let call = 0; call < CALLS; call += 1) {
    const began = performance.now();
    const { statusCode, body } = await request(url, { dispatcher, headers: headersOf(cookie) });
    await body.dump();
    if (statusCode !== 200) throw new Error(`The person was answered ${statusCode}.`);
    times.push(performance.now() - began);
  }
  return times;
}

function percentile99(times: number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN;
}
