import { randomBytes } from 'node:crypto';
import { RedisBackend } from '../../server/session/redis.ts';
import { startRedis, type TestRedis } from '../redis/start-redis.ts';
import { freePort } from '../server-process.ts';
import {
  answers,
  logFile,
  requestsOf,
  type Surroundings,
  serverProcess,
  serverVariables,
} from './contenders.ts';
import type { LoadResult } from './load.ts';
import { cpuTimeOf, MeasuredProcess } from './measured-process.ts';
import { findNginx, startNginx } from './nginx.ts';
import { plantSessions } from './planted-sessions.ts';
import { aligned, median } from './results.ts';

/** Behind nginx, more connections than one server alone needs to be busy. */
const CONNECTIONS = 64;

/** What one load of one of the two cost a request, in microseconds of processor time and in commands of Redis. */
interface Cost {
  perSecond: number;
  servers: number;
  nginx: number;
  redis: number;
  commands: number;
}

/** Nginx in front of as many servers. */
interface Front {
  name: string;
  nginx: MeasuredProcess;
  port: number;
}

/**
 * Two servers on one Redis behind nginx, beside one: what the second adds where all of them share this machine, whose cores
 * are soon the limit; and what a session and a request cost Redis, which is the limit of many servers.
 */
export async function twoServers(
  surroundings: Surroundings,
  { rounds, milliseconds }: { rounds: number; milliseconds: number },
): Promise<string> {
  if (findNginx() === undefined) return '\nLeft out: two servers behind nginx, which is not installed.';
  const { folder, sessions, stopAtEnd } = surroundings;
  const redis = stopAtEnd(await startRedis('--appendonly', 'yes'));
  const key = randomBytes(32);
  const empty = await redisFigure(redis, 'memory', 'used_memory');
  const cookies = await plantSessions(new RedisBackend({ url: redis.url }), key, sessions);
  const memory = ((await redisFigure(redis, 'memory', 'used_memory')) - empty) / sessions;

  const servers = [await startServer(surroundings, key, redis), await startServer(surroundings, key, redis)];
  const ports = servers.map(({ port }) => port);
  const fronts = [
    await startFront(surroundings, 'one server', ports.slice(0, 1)),
    await startFront(surroundings, 'two servers', ports),
  ];
  const generator = stopAtEnd(await MeasuredProcess.ofScript('load.ts', {}, logFile(folder, 'load')));

  async function cost({ nginx, port }: Front): Promise<Cost> {
    const read = async () => ({
      servers: servers.reduce((sum, { process }) => sum + process.cpuTime(), 0),
      nginx: nginx.cpuTime(),
      redis: cpuTimeOf(redis.pid()),
      commands: await redisFigure(redis, 'stats', 'total_commands_processed'),
    });
    const before = await read();
    const requests = requestsOf({ port, cookies }, 'all');
    const order = { port, requests, connections: CONNECTIONS, milliseconds };
    const { answered, failed, perSecond } = await generator.ask<LoadResult>(order);
    if (failed > 0) throw new Error(`${failed} of ${answered} requests behind nginx failed.`);
    const after = await read();
    return {
      perSecond,
      servers: (after.servers - before.servers) / answered,
      nginx: (after.nginx - before.nginx) / answered,
      redis: (after.redis - before.redis) / answered,
      commands: (after.commands - before.commands) / answered,
    };
  }

  const costs = new Map<string, Cost[]>(fronts.map(({ name }) => [name, []]));
  for (const front of fronts) await cost(front); // warms up
  for (let round = 0; round < rounds; round += 1) {
    for (const front of fronts) costs.get(front.name)?.push(await cost(front));
  }
  return `\n${costTable(costs)}; a session takes ${memory.toFixed(0)} bytes of Redis.`;
}

async function startServer(surroundings: Surroundings, key: Buffer, redis: TestRedis) {
  const { folder, stopAtEnd } = surroundings;
  const port = await freePort();
  const variables = {
    ...serverVariables(surroundings, port, key),
    PUBLIC_URL: 'http://localhost:3000',
    REDIS_URL: redis.url.href,
    TRUST_PROXY: 'loopback',
  };
  const process = stopAtEnd(serverProcess(variables, logFile(folder, `server-${port}`)));
  await answers(process, `http://127.0.0.1:${port}/readyz`);
  return { process, port };
}

async function startFront(
  { folder, stopAtEnd }: Surroundings,
  name: string,
  ports: readonly number[],
): Promise<Front> {
  const headers = { Host: '$http_host', 'X-Forwarded-For': '$remote_addr' };
  const { nginx, port } = await startNginx(folder, { location: '/', passTo: '', headers, ports });
  stopAtEnd(nginx);
  await answers(nginx, `http://127.0.0.1:${port}/readyz`);
  return { name, nginx, port };
}

function costTable(costs: ReadonlyMap<string, readonly Cost[]>): string {
  const rows = [...costs].map(([name, all]) => {
    const of = (value: (cost: Cost) => number, digits = 0) => median(all.map(value)).toFixed(digits);
    return [
      name,
      of(({ perSecond }) => perSecond),
      of(({ servers }) => servers),
      of(({ nginx }) => nginx),
      of(({ redis }) => redis),
      of(({ commands }) => commands, 2),
    ];
  });
  const [one = [], two = []] = [...costs.values()].map((all) => all.map(({ perSecond }) => perSecond));
  const gains = two.map((perSecond, round) => perSecond / (one[round] ?? Number.NaN));
  const [least, most] = [Math.min(...gains), Math.max(...gains)].map((gain) => gain.toFixed(2));
  const heads = [
    'Behind nginx, on one Redis',
    'requests/s',
    'servers µs',
    'nginx µs',
    'Redis µs',
    'Redis commands',
  ];
  return `${aligned([heads, ...rows])}\ntwo to one: ${median(gains).toFixed(2)} (${least}–${most})`;
}

async function redisFigure(redis: TestRedis, section: string, name: string): Promise<number> {
  const info = String(await redis.admin('INFO', section));
  return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
}
