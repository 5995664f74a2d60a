import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sign } from 'cookie-signature';
import { RedisBackend } from '../../server/session/redis.ts';
import { SqliteBackend } from '../../server/session/sqlite.ts';
import { startRedis } from '../redis/start-redis.ts';
import { freePort } from '../server-process.ts';
import { MeasuredProcess } from './measured-process.ts';
import { startNginx } from './nginx.ts';
import { plantSessions } from './planted-sessions.ts';

const SERVER = fileURLToPath(new URL('../../server/', import.meta.url));
/** Whether the server is measured as it is deployed, or from its sources, which costs it memory and time to start. */
export const BUILT = existsSync(`${SERVER}dist/main.js`);

/** `CPU_PROFILE=folder` in the environment: every server writes a profile there, for the developer tools of Chrome. */
const { CPU_PROFILE } = process.env;
const PROFILED = CPU_PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${CPU_PROFILE}`] : [];

/** One of the things that are compared: where it listens, and the cookies of its sessions. */
export interface Contender {
  name: string;
  process: MeasuredProcess;
  port: number;
  cookies: string[];
  /** The connection that every request names, where a session has several. */
  connection?: string;
}

/** What a contender needs to start. */
export interface Surroundings {
  upstream: MeasuredProcess;
  upstreamPort: number;
  /** How many sessions there are, each with a connection of its own. */
  sessions: number;
  /** For session files, and for what the processes log. Removed at the end. */
  folder: string;
  /** Takes what is to be stopped at the end. */
  stopAtEnd: <Resource extends AsyncDisposable>(resource: Resource) => Resource;
}

const PATH = '/alpaca/paper/v2/account';

type Start = (name: string, surroundings: Surroundings) => Promise<Contender>;

export const BARE = 'bare undici.stream relay';
export const BARE_IN_EXPRESS = 'bare relay in an Express app';
export const OURS = 'this server';
export const EIGHT = `${OURS}, 8 accounts a session`;

/** What is compared, by the name that the table has for it. */
export const contenders: readonly (readonly [name: string, start: Start])[] = [
  ['the upstream itself', startUpstream],
  ['nginx', startRelayOfNginx],
  [BARE, startBareRelay],
  [OURS, startServer(1)],
  [`${OURS}, 10,000 sessions`, startServer(10)],
  [EIGHT, startServer(1, 8)],
  [`${OURS} on Redis`, startOnRedis],
  [BARE_IN_EXPRESS, startBareRelay],
  [`${OURS} in an Express app`, startMounted],
  ['http-proxy-middleware stack', startMiddlewareStack],
];

/** The requests of one session of a contender, or of all of them in turn. */
export function requestsOf(
  { port, cookies, connection }: Pick<Contender, 'port' | 'cookies' | 'connection'>,
  sessions: 'one' | 'all',
): string[] {
  return cookies
    .slice(0, sessions === 'one' ? 1 : cookies.length)
    .map((cookie) =>
      [
        `GET ${PATH} HTTP/1.1`,
        `Host: localhost:${port}`,
        'Accept: */*',
        'X-Alpaca-Connect: 1',
        'Sec-Fetch-Site: same-origin',
        ...(connection === undefined ? [] : [`X-Alpaca-Connection: ${connection}`]),
        `Cookie: ${cookie}\r\n\r\n`,
      ].join('\r\n'),
    );
}

async function startUpstream(
  name: string,
  { upstream, upstreamPort, sessions }: Surroundings,
): Promise<Contender> {
  return { name, process: upstream, port: upstreamPort, cookies: strangers(sessions) };
}

async function startBareRelay(
  name: string,
  { upstreamPort, folder, sessions }: Surroundings,
): Promise<Contender> {
  const process = await MeasuredProcess.ofScript(
    'bare-relay.ts',
    {
      UPSTREAM: `http://127.0.0.1:${upstreamPort}`,
      ...(name === BARE_IN_EXPRESS ? { IN_EXPRESS: '1' } : {}),
    },
    logFile(folder, name),
  );
  const { port } = await process.answer<{ port: number }>();
  return { name, process, port, cookies: strangers(sessions) };
}

/** @throws Error when it is not installed */
async function startRelayOfNginx(
  name: string,
  { upstreamPort, folder, sessions }: Surroundings,
): Promise<Contender> {
  const { nginx, port } = await startNginx(folder, {
    location: '/alpaca/paper/',
    passTo: '/',
    headers: { Cookie: '', Authorization: 'Bearer b9f9d2c4-1111-4222-8333-444455556666' },
    ports: [upstreamPort],
  });
  await answers(nginx, `http://127.0.0.1:${port}${PATH}`);
  return { name, process: nginx, port, cookies: strangers(sessions) };
}

/**
 * @param times How many times the sessions of the load are in the store, besides them those that nobody uses.
 * @param accounts How many connections a session has. The last one is asked for.
 */
function startServer(times: number, accounts = 1): Start {
  return async (name, surroundings) => {
    const { folder, sessions } = surroundings;
    const key = randomBytes(32);
    const file = join(folder, `${times}-${accounts}.sqlite`);
    const all = await plantSessions(new SqliteBackend({ file }), key, times * sessions, accounts);
    const cookies = all.slice(0, sessions);
    const started = await runServer(name, surroundings, { key, cookies, variables: { SESSION_FILE: file } });
    return accounts === 1 ? started : { ...started, connection: `connection-${accounts - 1}` };
  };
}

async function startOnRedis(name: string, surroundings: Surroundings): Promise<Contender> {
  const redis = surroundings.stopAtEnd(await startRedis('--appendonly', 'yes'));
  const key = randomBytes(32);
  const cookies = await plantSessions(new RedisBackend({ url: redis.url }), key, surroundings.sessions);
  return runServer(name, surroundings, { key, cookies, variables: { REDIS_URL: redis.url.href } });
}

async function startMounted(name: string, surroundings: Surroundings): Promise<Contender> {
  const key = randomBytes(32);
  const file = join(surroundings.folder, 'mounted.sqlite');
  const cookies = await plantSessions(new SqliteBackend({ file }), key, surroundings.sessions);
  const module = `${SERVER}${BUILT ? 'dist/index.js' : 'index.ts'}`;
  const variables = {
    ...serverVariables(surroundings, 0, key),
    SESSION_FILE: file,
    SERVER_MODULE: module,
  };
  const log = logFile(surroundings.folder, name);
  const app = BUILT
    ? await MeasuredProcess.ofScript('mounted-app.ts', variables, log, PROFILED)
    : MeasuredProcess.ofTypeScript(fileURLToPath(new URL('mounted-app.ts', import.meta.url)), variables, log);
  const { port } = await app.answer<{ port: number }>();
  return { name, process: app, port, cookies };
}

async function startMiddlewareStack(
  name: string,
  { upstreamPort, folder, sessions }: Surroundings,
): Promise<Contender> {
  const secret = randomBytes(32).toString('base64');
  const process = await MeasuredProcess.ofScript(
    'middleware-stack.ts',
    {
      UPSTREAM: `http://127.0.0.1:${upstreamPort}`,
      SESSION_SECRET: secret,
      SESSION_COUNT: `${sessions}`,
    },
    logFile(folder, name),
  );
  const { port } = await process.answer<{ port: number }>();
  const cookies = Array.from(
    { length: sessions },
    (_, index) => `connect.sid=${encodeURIComponent(`s:${sign(`session-${index}`, secret)}`)}`,
  );
  return { name, process, port, cookies };
}

interface Stored {
  key: Buffer;
  cookies: string[];
  variables: Record<string, string>;
}

/** The server as `npm start` runs it: its log, at the default level, goes to a file. */
async function runServer(
  name: string,
  surroundings: Surroundings,
  { key, cookies, variables }: Stored,
): Promise<Contender> {
  const port = await freePort();
  const settings = { ...serverVariables(surroundings, port, key), ...variables };
  const server = serverProcess(settings, logFile(surroundings.folder, name));
  await answers(server, `http://127.0.0.1:${port}/readyz`);
  return { name, process: server, port, cookies };
}

export function serverProcess(variables: Record<string, string>, log: string): MeasuredProcess {
  return BUILT
    ? new MeasuredProcess(process.execPath, [...PROFILED, `${SERVER}dist/main.js`], variables, log)
    : MeasuredProcess.ofTypeScript(`${SERVER}main.ts`, variables, log);
}

/** The settings of a server whose limits are not what is measured. */
export function serverVariables(
  { upstreamPort }: Pick<Surroundings, 'upstreamPort'>,
  port: number,
  key: Buffer,
): Record<string, string> {
  return {
    PORT: `${port}`,
    PUBLIC_URL: `http://localhost:${port || 3000}`,
    SESSION_KEYS: key.toString('base64'),
    ALPACA_CLIENT_ID: '0'.repeat(32),
    ALPACA_CLIENT_SECRET: '0'.repeat(40),
    ALPACA_PAPER_URL: `http://127.0.0.1:${upstreamPort}`,
    ALPACA_DATA_URL: `http://127.0.0.1:${upstreamPort}`,
    CALLS_PER_MINUTE: '1000000',
    CONNECTS_PER_MINUTE: '1000000',
  };
}

/** Waits for the first good answer. @throws Error when the process ends before */
export async function answers(process: MeasuredProcess, url: string): Promise<void> {
  const { child } = process;
  while (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    const ready = await fetch(url).then(
      ({ ok, body }) => body?.cancel().then(() => ok),
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(process.ending());
}

/** Cookies as long as ours, for those who do not look at them. */
function strangers(count: number): string[] {
  return Array.from({ length: count }, () => `alpaca.sid=${randomBytes(60).toString('base64url')}`);
}

export function logFile(folder: string, name: string): string {
  return join(folder, `${name.replaceAll(/\W+/g, '-')}.log`);
}
