import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareRelays } from './compare-relays.ts';
import { connectFlow } from './connect-flow.ts';
import { BUILT, contenders, logFile } from './contenders.ts';
import { MeasuredProcess } from './measured-process.ts';
import { loadTable, targets } from './results.ts';
import { startUp, widgetBytes } from './start-up.ts';
import { twoServers } from './two-servers.ts';

/**
 * `npm run bench`, or `npm run bench -- --quick`: what this server costs beside what it could be, on this machine, now.
 * README.md of this folder says what is compared and how to read it. Everything listens on loopback and is stopped at the
 * end.
 */
const QUICK = process.argv.includes('--quick');

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const resources: AsyncDisposable[] = [];
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => stopAll().then(() => process.exit(1)));
}
try {
  await bench();
} finally {
  await stopAll();
}

async function bench(): Promise<void> {
  const [load] = loadavg();
  say(
    `${new Date().toISOString().slice(0, 16)}Z, Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model}, load ${load?.toFixed(1)} before`,
  );
  say(
    BUILT
      ? `server/dist${staleness()}`
      : 'The server runs from its sources: npm run build measures what is deployed.',
  );
  const log = logFile(folder, 'bench');
  const upstream = stopAtEnd(await MeasuredProcess.ofScript('upstream.ts', {}, log));
  const { port: upstreamPort } = await upstream.answer<{ port: number }>();
  const surroundings = { upstream, upstreamPort, sessions: 1_000, folder, stopAtEnd };
  const measured = await compareRelays(
    surroundings,
    contenders,
    QUICK
      ? { rounds: 3, milliseconds: 300, oneByOne: 150 }
      : { rounds: 9, milliseconds: 1_000, oneByOne: 300 },
    say,
  );
  say(loadTable(measured));
  say(targets(measured));
  say(await connectFlow(surroundings, QUICK ? { rounds: 2, people: 60 } : { rounds: 5, people: 300 }));
  say(
    await twoServers(
      surroundings,
      QUICK ? { rounds: 2, milliseconds: 400 } : { rounds: 7, milliseconds: 1_000 },
    ),
  );
  say(await startUp(surroundings, QUICK ? 3 : 7));
  if (BUILT) say(widgetBytes());
  if (!QUICK) await streams();
}

/** Trade updates to many listeners, beside a bare relay: a benchmark of its own, which prints its own results. */
async function streams(): Promise<void> {
  say('');
  const script = fileURLToPath(new URL('stream.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script], { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`The benchmark of streams ended with ${code}.`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function stopAtEnd<Resource extends AsyncDisposable>(resource: Resource): Resource {
  resources.push(resource);
  return resource;
}

async function stopAll(): Promise<void> {
  while (resources.length > 0) await resources.pop()?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
}

/** Sources that changed after the build would not be what is measured. */
function staleness(): string {
  const root = fileURLToPath(new URL('../../server/', import.meta.url));
  const newest = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/^(?:dist|node_modules|public)\//.test(name))
    .map((name) => statSync(root + name).mtimeMs)
    .reduce((a, b) => Math.max(a, b));
  return existsSync(`${root}dist/main.js`) && newest > statSync(`${root}dist/main.js`).mtimeMs
    ? ' is OLDER than the sources: npm run build first, or the figures are of the server that it was.'
    : ', as npm start runs it; its log goes to a file at the default level.';
}
