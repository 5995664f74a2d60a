import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sign } from 'cookie-signature';
import express from 'express';
import { pino } from 'pino';
import WebSocket from 'ws';
import { createOriginGuard } from '../../server/http/origin.ts';
import { admitScripts } from '../../server/http/page-request.ts';
import { ConnectionSessions } from '../../server/session/connection-session.ts';
import { RecordStore } from '../../server/session/records.ts';
import { Sealer } from '../../server/session/sealer.ts';
import { Sessions } from '../../server/session/sessions.ts';
import { SqliteBackend } from '../../server/session/sqlite.ts';
import { alpacaSockets } from '../../server/trade-updates/alpaca-socket.ts';
import { createTradeUpdates } from '../../server/trade-updates/route.ts';
import { ALL_RULES } from '../server/session/all-rules.ts';

/**
 * `node --import tsx test/bench/stream.ts`: trade updates to 1,000 listeners of one connection, and to 500 connections with
 * one listener each, beside a bare relay from WebSocket to server-sent events that checks nothing and keeps nothing.
 * The two take turns, A B A B, so that a machine whose speed drifts disturbs both alike. Alpaca and the pages live in a
 * process of their own; the time of a delivery is from Alpaca's `send()` to the page's read. Every event has to reach
 * every listener, or the run fails.
 */
const ROUNDS = 3;
const EVENTS = 25;
/** Milliseconds between two events. */
const PACE = 40;
const SCENES = [
  { name: '1,000 listeners, 1 connection', connections: 1, each: 1_000 },
  { name: '500 connections, 1 listener each', connections: 500, each: 1 },
];
const PUBLIC_URL = new URL('http://localhost:3000');

const WORLD = `
  const { connect } = require('node:net');
  const { WebSocketServer } = require(${JSON.stringify(createRequire(import.meta.url).resolve('ws'))});
  const order = { id: 'x'.repeat(36), client_order_id: 'y'.repeat(36), symbol: 'AAPL', status: 'filled', filler: 'z'.repeat(1_000) };
  const alpaca = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  alpaca.on('listening', () => process.send({ port: alpaca.address().port }));
  alpaca.on('connection', (socket) => socket.on('message', (frame) => {
    const { action } = JSON.parse(frame);
    socket.send(Buffer.from(JSON.stringify(action === 'authenticate'
      ? { stream: 'authorization', data: { status: 'authorized', action } }
      : { stream: 'listening', data: { streams: ['trade_updates'] } })));
  }));
  let pages = [];
  let heard = [];
  const SENT = /"sent":"(\\d+)"/g;
  const work = {
    listen: ({ port, heads, each }) => Promise.all(heads.flatMap((head) => Array.from({ length: each }, () => new Promise((resolve, reject) => {
      const page = connect(port, '127.0.0.1');
      let rest = '';
      page.on('data', (chunk) => {
        rest += chunk;
        if (resolve && rest.includes('"open"')) resolve = resolve();
        let end = 0;
        for (const match of rest.matchAll(SENT)) {
          heard.push(Number(process.hrtime.bigint() - BigInt(match[1])) / 1e6);
          end = match.index + match[0].length;
        }
        rest = rest.slice(Math.max(end, rest.length - 40));
      });
      page.on('error', reject);
      page.write(head);
      pages.push(page);
    })))).then(() => ({})),
    async publish({ events, pace }) {
      heard = [];
      const expected = events * pages.length;
      for (let sent = 0; sent < events; sent += 1) {
        for (const socket of alpaca.clients) {
          const data = { event: 'fill', order, sent: String(process.hrtime.bigint()) };
          socket.send(Buffer.from(JSON.stringify({ stream: 'trade_updates', data })));
        }
        await new Promise((resolve) => setTimeout(resolve, pace));
      }
      for (let waited = 0; heard.length < expected && waited < 10_000; waited += 20) await new Promise((resolve) => setTimeout(resolve, 20));
      heard.sort((a, b) => a - b);
      const at = (share) => heard[Math.ceil(heard.length * share) - 1];
      return { missing: expected - heard.length, p50: at(0.5), p99: at(0.99) };
    },
    async leave() {
      await Promise.all(pages.map((page) => new Promise((resolve) => page.once('close', resolve).destroy())));
      pages = [];
      // Until the relay has hung up, too.
      while (alpaca.clients.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      return {};
    },
  };
  process.on('message', async (order) => process.send(await work[order.task](order)));
`;

interface Measured {
  missing: number;
  p50: number;
  p99: number;
}

interface Relay {
  name: string;
  port: number;
  /** The heads of the requests that open one stream of each connection. */
  heads: string[];
}

const world = spawn(process.execPath, ['-e', WORLD], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
const [{ port: alpacaPort }] = (await once(world, 'message')) as [{ port: number }];
const alpaca = new URL(`ws://127.0.0.1:${alpacaPort}/stream`);

async function ask<T>(task: string, parts: object = {}): Promise<T> {
  world.send({ task, ...parts });
  const [answer] = (await once(world, 'message')) as [T];
  return answer;
}

async function serve(listener: RequestListener): Promise<{ port: number; close: () => void }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { port: (server.address() as AddressInfo).port, close };
}

/** What a relay is at the least: one WebSocket for a key, its text to whoever asked for that key. */
const lines = new Map<string, { socket: WebSocket; responses: Set<ServerResponse>; open: boolean }>();
const bare = await serve((request, response) => {
  const key = request.url ?? '';
  const line = lines.get(key) ?? openLine(key);
  response.writeHead(200, { 'Content-Type': 'text/event-stream', Connection: 'close' }).flushHeaders();
  if (line.open) response.write(': "open"\n\n');
  line.responses.add(response);
  response.once('close', () => {
    line.responses.delete(response);
    if (line.responses.size > 0) return;
    line.socket.close();
    lines.delete(key);
  });
});

function openLine(key: string) {
  const socket = new WebSocket(alpaca, { perMessageDeflate: false });
  const line = { socket, responses: new Set<ServerResponse>(), open: false };
  lines.set(key, line);
  socket.on('open', () => socket.send('{"action":"authenticate"}'));
  socket.on('message', (frame) => {
    const text = String(frame);
    if (text.includes('"authorization"')) return socket.send('{"action":"listen"}');
    line.open ||= text.includes('"listening"');
    const event = text.includes('"listening"') ? ': "open"\n\n' : `data: ${text}\n\n`;
    for (const response of line.responses) response.write(event);
  });
  return line;
}

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const sealer = new Sealer([randomBytes(32)]);
const records = new RecordStore({ backend: new SqliteBackend({ file: join(folder, 's.sqlite') }), sealer });
const lifetimes = { idle: 3_600_000, absolute: 86_400_000 };
const secrets = sealer.signingSecrets();
const sessions = new Sessions({ records, ...lifetimes });
const log = pino(pino.destination({ dest: '/dev/null', sync: false }));
const route = createTradeUpdates({
  limits: { connection: 1_000, person: 1_000, address: 1_000, total: 1_000, waiting: 0, present: 1_000 },
  sessions: new ConnectionSessions({
    rulesOf: () => ALL_RULES,
    records,
    secrets,
    publicUrl: PUBLIC_URL,
    ...lifetimes,
  }),
  tokenCheck: { verdict: async () => 'accepted' },
  environments: ['paper'],
  openUpstream: alpacaSockets({ urlOf: () => alpaca, log }),
  // So that the upstreams of one round do not go on into the next.
  times: { idleGrace: 50 },
  log,
});
const app = express();
const guard = createOriginGuard({ publicOrigin: PUBLIC_URL.origin, embedOrigins: [] });
app.use(admitScripts(guard));
app.get('/alpaca/paper/stream', route.subscribe('paper'));
const ours = await serve(app);

/** A session of its own with one connection. Returns the head of the request that opens its stream. */
async function ourHead(_: unknown, index: number): Promise<string> {
  const id = randomBytes(24).toString('base64url');
  const account = { id: '1', number: 'PA1', status: 'ACTIVE', currency: 'USD', tradingBlocked: false };
  const connection = {
    id: `connection-${index}-${id}`,
    environment: 'paper' as const,
    account,
    scope: 'trading data',
    connectedAt: new Date().toISOString(),
    accessToken: `token-${randomBytes(16).toString('hex')}`,
  };
  await sessions.create(id, { cookie: {}, connections: [connection] });
  const cookie = `alpaca.sid=${encodeURIComponent(`s:${sign(id, secrets[0] ?? '')}`)}`;
  return head(
    '/alpaca/paper/stream',
    `X-Alpaca-Connect: 1\r\nSec-Fetch-Site: same-origin\r\nCookie: ${cookie}\r\n`,
  );
}

function head(path: string, more = ''): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost:3000\r\n${more}\r\n`;
}

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes that this process holds for good, outside of what it only has not thrown away yet. */
function held(): number {
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function measure({ port, heads }: Relay, each: number) {
  const before = held();
  await ask('listen', { port, heads, each });
  const listeners = heads.length * each;
  const memory = (held() - before) / listeners;
  const idle = process.cpuUsage();
  const delivered = await ask<Measured>('publish', { events: EVENTS, pace: PACE });
  const { user, system } = process.cpuUsage(idle);
  await ask('leave');
  if (delivered.missing > 0) throw new Error(`${delivered.missing} events did not reach their listener.`);
  return { ...delivered, memory, cost: (user + system) / (EVENTS * listeners) };
}

type Result = Awaited<ReturnType<typeof measure>>;

function median(results: Result[], value: (result: Result) => number): number {
  return results.map(value).sort((a, b) => a - b)[Math.floor(results.length / 2)] ?? Number.NaN;
}

for (const { name, connections, each } of SCENES) {
  const keys = Array.from({ length: connections });
  const relays: Relay[] = [
    { name: 'bare relay', port: bare.port, heads: keys.map((_, index) => head(`/${index}`)) },
    { name: 'streams', port: ours.port, heads: await Promise.all(keys.map(ourHead)) },
  ];
  const results = new Map<string, Result[]>(relays.map((relay) => [relay.name, []]));
  for (const relay of relays) await measure(relay, each); // warms up
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const relay of relays) results.get(relay.name)?.push(await measure(relay, each));
  }
  process.stdout.write(`${name}, ${EVENTS} events, every one delivered; medians of ${ROUNDS} rounds\n`);
  for (const [relay, rounds] of results) {
    const [cost, p50, p99, memory] = [
      median(rounds, (result) => result.cost).toFixed(1),
      median(rounds, (result) => result.p50).toFixed(1),
      median(rounds, (result) => result.p99).toFixed(1),
      (median(rounds, (result) => result.memory) / 1024).toFixed(1),
    ];
    process.stdout.write(
      `  ${relay.padEnd(10)} ${cost} µs of CPU per delivery, p50 ${p50} ms, p99 ${p99} ms, ${memory} KiB per listener\n`,
    );
  }
  const [theirs = [], own = []] = [...results.values()];
  const ratio = median(theirs, ({ cost }) => cost) / median(own, ({ cost }) => cost);
  process.stdout.write(`  ratio of cost ${ratio.toFixed(2)}\n`);
}

route.close();
bare.close();
ours.close();
world.kill();
await records.close();
rmSync(folder, { recursive: true });
