import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
 * `node --import tsx test/bench/slow-clients.ts`: what one person feels of 6, 20 and 100 sessions that each dribble twelve
 * orders and do not read twelve answers of 8 MiB, over and over, within the default limits, and what memory that takes. The hostile
 * sessions are one person at one address, or as many people at as many addresses. The server is a process of its own with a SQLite
 * file; Alpaca answers after 20 ms. Idle and hostile phases take turns, so that a machine whose speed drifts disturbs both alike.
 * What the server logged of the hostile calls shows that they were what they should be.
 */
const ROUNDS = 2;
const CALLS = 200;
const EACH = 12;

const UPSTREAM = `
  const { createServer } = require('node:http');
  const { parentPort } = require('node:worker_threads');
  const body = JSON.stringify({ cash: '100000' });
  const piece = Buffer.alloc(65536, 'x');
  const server = createServer((request, response) => {
    request.resume();
    setTimeout(() => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      if (request.url !== '/v2/assets') return response.end(body);
      let left = 128;
      const pour = () => {
        while (left-- > 0) if (!response.write(piece)) return response.once('drain', pour);
        response.end();
      };
      pour();
    }, 20);
  });
  server.keepAliveTimeout = 60000;
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

/** Opens a socket again about a second after the server closed it, and never all at once. */
const HOSTILE = `
  const { connect } = require('node:net');
  const { parentPort, workerData: { port, sessions, each } } = require('node:worker_threads');
  let on = false;
  const sockets = new Set();
  const head = ({ cookie, address }) => 'Host: localhost\\r\\nX-Alpaca-Connect: 1\\r\\nSec-Fetch-Site: same-origin\\r\\n'
    + 'X-Forwarded-For: ' + address + '\\r\\nCookie: ' + cookie + '\\r\\n';
  function open(session, dribbles) {
    if (!on) return;
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    sockets.add(socket);
    let drip;
    if (dribbles) {
      socket.resume();
      socket.write('POST /alpaca/paper/v2/orders HTTP/1.1\\r\\n' + head(session) + 'Content-Type: application/json\\r\\nContent-Length: 200\\r\\n\\r\\n{');
      drip = setInterval(() => socket.write(' '), 5000);
    } else {
      socket.pause();
      socket.write('GET /alpaca/paper/v2/assets HTTP/1.1\\r\\n' + head(session) + '\\r\\n');
      // A paused socket does not learn that it was closed.
      drip = setInterval(() => socket.write('GET'), 1000);
    }
    socket.on('close', () => {
      clearInterval(drip);
      sockets.delete(socket);
      setTimeout(open, 500 + 1000 * Math.random(), session, dribbles);
    });
  }
  parentPort.on('message', (wanted) => {
    on = wanted;
    if (on) for (const session of sessions) for (let i = 0; i < each; i++) { open(session, true); open(session, false); }
    else for (const socket of sockets) socket.destroy();
    setTimeout(() => parentPort.postMessage('ready'), 3000);
  });
`;

for (const [what, isOnePerson] of [
  ['one person at one address', true],
  ['people at addresses of their own', false],
] as const) {
  for (const sessions of [6, 20, 100]) await measure(sessions, what, isOnePerson);
}

async function measure(count: number, what: string, isOnePerson: boolean): Promise<void> {
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
    TRUST_PROXY: '1',
    SESSION_KEYS: key.toString('base64'),
    SESSION_FILE: file,
    ALPACA_SCOPES: 'trading',
    ALPACA_CLIENT_ID: '0'.repeat(32),
    ALPACA_CLIENT_SECRET: '0'.repeat(40),
    ALPACA_PAPER_URL: `http://127.0.0.1:${upstreamPort}`,
    ALPACA_DATA_URL: `http://127.0.0.1:${upstreamPort}`,
  });
  await untilReady(server, url);
  const hostilePeople = Array.from({ length: count }, (_, each) => (isOnePerson ? 'mallory' : `m${each}`));
  // The person's calls go through several sessions, to stay below the calls a minute of each.
  const people = Array.from({ length: ROUNDS * 3 }, (_, each) => `ada${each}`);
  const cookies = await sessionsOf([...people, ...hostilePeople], file, key);
  const turns = cookies.splice(0, people.length);
  const sessions = cookies.map((cookie, each) => ({
    cookie,
    address: isOnePerson ? '192.0.2.1' : `192.0.2.${each + 1}`,
  }));
  const hostile = new Worker(HOSTILE, { eval: true, workerData: { port, sessions, each: EACH } });
  const dispatcher = new Agent({ connections: 1 });
  const times = { idle: [] as number[], elsewhere: [] as number[], beside: [] as number[] };
  const memory = memoryOf(server.process.pid ?? 0);
  const atFirst = memory();
  let most = 0;
  const look = setInterval(() => {
    most = Math.max(most, memory());
  }, 100);
  for (let round = 0; round < ROUNDS; round += 1) {
    times.idle.push(...(await visit(url, turns.shift() ?? '', '198.51.100.1', dispatcher)));
    hostile.postMessage(true);
    await once(hostile, 'message');
    times.elsewhere.push(...(await visit(url, turns.shift() ?? '', '198.51.100.1', dispatcher)));
    times.beside.push(...(await visit(url, turns.shift() ?? '', '192.0.2.1', dispatcher)));
    hostile.postMessage(false);
    await once(hostile, 'message');
  }
  clearInterval(look);
  const [idle = 0, elsewhere = 0, beside = 0] = Object.values(times).map(percentile99);
  process.stdout.write(
    `${count} slow sessions of ${what}: p99 ${idle.toFixed(1)} ms idle; neighbour elsewhere ${elsewhere.toFixed(1)} ms ` +
      `(${(elsewhere / idle).toFixed(2)}×), at the same address ${beside.toFixed(1)} ms (${(beside / idle).toFixed(2)}×); ` +
      `memory ${atFirst.toFixed(0)} MB, ${most.toFixed(0)} MB at most\n  hostile: ${endingsOf(server.output())}\n`,
  );
  await Promise.all([hostile.terminate(), upstream.terminate(), dispatcher.destroy()]);
  rmSync(folder, { recursive: true });
}

/** How often each kind of hostile call ended in which way, by the server's log. */
function endingsOf(log: string): string {
  const counts = new Map<string, number>();
  for (const [, route, rest = ''] of log.matchAll(/"route":"\/v2\/(orders|assets)"(.*)/g)) {
    const [, ending = 'answered'] = /"(?:code|ending)":"(\w+)"/.exec(rest) ?? [];
    const kind = `${route} ${ending}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${kind} ${count}`).join(', ');
}

/** A cookie for a session of each of these accounts. */
async function sessionsOf(accounts: string[], file: string, key: Buffer): Promise<string[]> {
  const sealer = new Sealer([key]);
  const records = new RecordStore({ backend: new SqliteBackend({ file }), sealer });
  const sessions = new Sessions({ records, idle: 3_600_000, absolute: 86_400_000 });
  const cookies: string[] = [];
  for (const account of accounts) {
    const id = randomBytes(24).toString('base64url');
    const connection = {
      id,
      environment: 'paper' as const,
      account: { id: account, number: 'PA1', status: 'ACTIVE', currency: 'USD', tradingBlocked: false },
      scope: 'trading',
      connectedAt: new Date().toISOString(),
      accessToken: id,
    };
    await sessions.create(id, { cookie: {}, connections: [connection] });
    cookies.push(`alpaca.sid=${encodeURIComponent(`s:${sign(id, sealer.signingSecrets()[0] ?? '')}`)}`);
  }
  await records.close();
  return cookies;
}

/** Milliseconds of each of one person's calls, one after the other. */
async function visit(url: string, cookie: string, address: string, dispatcher: Agent): Promise<number[]> {
  const headers = {
    'X-Alpaca-Connect': '1',
    'Sec-Fetch-Site': 'same-origin',
    'X-Forwarded-For': address,
    Cookie: cookie,
  };
  const times: number[] = [];
  for (let call = 0; call < CALLS; call += 1) {
    const began = performance.now();
    const { statusCode, body } = await request(`${url}/alpaca/paper/v2/account`, { dispatcher, headers });
    await body.dump();
    if (statusCode !== 200) throw new Error(`The person was answered ${statusCode}.`);
    times.push(performance.now() - began);
  }
  return times;
}

/** Megabytes that a process has in memory, by Linux' account of it. */
function memoryOf(pid: number): () => number {
  return () =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1_024;
}

function percentile99(times: number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN;
}
