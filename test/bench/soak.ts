import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  type Control,
  SIMULATOR_CLIENT,
  type Simulator,
  startSimulator,
} from '../../demo/simulator/index.ts';
import { freePort, type ServerProcess, startServerProcess, untilReady } from '../server-process.ts';
import { stageEnvironment } from '../stage.ts';
import { MEASURABLE, type MemorySample, ServerMemory } from './server-memory.ts';
import { countDoubles, judgeOrders } from './soak-orders.ts';
import { soakPerson } from './soak-person.ts';
import { SoakTally } from './soak-tally.ts';

/**
 * `node --import tsx test/bench/soak.ts --minutes 10`: forty people come and go at a server with a SQLite file, while
 * Alpaca's streams break and talk nonsense. The rate is moderate: this is about what is left behind, not about speed.
 * Exit code 1 when anything was answered otherwise than it should be, the server logged an error, an order is at Alpaca
 * twice or not at all, or a stream to Alpaca stays open. Whether memory grows is for a reader to judge.
 */
const PEOPLE = 40;
const REQUESTS_PER_SECOND = 150;
/** In milliseconds. */
const REPORT_INTERVAL = 15_000;
const TROUBLE_INTERVAL = 5_000;
/** How long the last sockets to Alpaca may take to close. */
const CLOSING = 10_000;

/** What all of Alpaca's streams do at once, now this and now that. */
const TROUBLES: readonly ((control: Control) => void)[] = [
  (control) => control.sendToStreams('{"stream":"gossip"}'),
  (control) => control.sendToStreams(Buffer.of(0xff, 0xfe)),
  (control) => control.sendToStreams(update('end', { id: 'x' })),
  (control) => control.dropStreams(),
  (control) => control.sendToStreams(update('fill\n\nevent: end', { id: 'x' })),
  (control) => control.sendToStreams('['.repeat(100_000)),
  (control) => control.dropStreams({ code: 1011 }),
  (control) => control.sendToStreams(update('fill', null)),
];

interface World {
  url: string;
  /** Holds the session file and nothing else. */
  folder: string;
  simulator: Simulator;
  server: ServerProcess;
  memory: ServerMemory;
  tally: SoakTally;
  /** Milliseconds since 1970. */
  began: number;
}

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
await soak(Number(values.minutes) * 60_000);

async function soak(duration: number): Promise<void> {
  if (!(duration > 0)) throw new Error('Say for how long, for example --minutes 10.');
  const folder = mkdtempSync(join(tmpdir(), 'soak-'));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  await using simulator = await startSimulator({
    clients: [{ ...SIMULATOR_CLIENT, redirectUris: [`${url}/alpaca/callback`] }],
    requestsPerMinute: 10_000_000,
    fillDelay: { least: 20, most: 100 },
  });
  await using server = startServerProcess({
    ...stageEnvironment(simulator),
    NODE_OPTIONS: MEASURABLE,
    PORT: `${port}`,
    PUBLIC_URL: url,
    SESSION_FILE: join(folder, 'sessions.sqlite'),
  });
  await untilReady(server, url);
  using memory = await ServerMemory.of(server);

  const world = { url, folder, simulator, server, memory, tally: new SoakTally(), began: Date.now() };
  const samples = await live(world, duration);
  await judge(world, samples);
  rmSync(folder, { recursive: true });
}

/** Everybody comes and goes for so long. Resolves when they have left for good. */
async function live({ url, simulator, memory, tally, began }: World, duration: number) {
  const over = new AbortController();
  const turn = steadyPace(REQUESTS_PER_SECOND);
  const person = () => soakPerson({ site: { url }, tally, turn, over: over.signal });
  const everybody = [...Array.from({ length: PEOPLE }, person), makeTrouble(simulator.control, over.signal)];
  const samples: MemorySample[] = [];
  while (Date.now() - began < duration) {
    await wait(Math.min(REPORT_INTERVAL, duration / 10));
    tally.doubled += countDoubles(simulator.control);
    const sample = await memory.sample();
    samples.push(sample);
    say(progress(tally, sample, Date.now() - began));
  }
  over.abort();
  await Promise.all(everybody);
  return samples;
}

async function judge({ folder, simulator, server, tally, began }: World, samples: readonly MemorySample[]) {
  const open = await streamsLeft(simulator.control);
  tally.doubled += countDoubles(simulator.control);
  const { requests, failures, sent, acknowledged, abandoned, doubled } = tally;
  const { lost, invented, arrived } = await judgeOrders(tally, simulator, began);
  const errors = server.output().match(/.*"level":"(?:error|fatal)".*/g) ?? [];
  say(`\n${memoryVerdict(samples)}`);
  say([`requests: ${requests}, ${failures} failures`, ...tally.describeFailures()].join('\n  '));
  say(
    `orders: ${sent.size} sent, ${acknowledged.size} acknowledged, ${abandoned.size} abandoned, of which ` +
      `${arrived} arrived; ${doubled} duplicated, ${lost} lost, ${invented} that nobody sent`,
  );
  say(`streams: ${open} left open to Alpaca when everybody had disconnected`);
  say([`log: ${errors.length} errors`, ...errors.slice(0, 5)].join('\n  '));
  for (const name of readdirSync(folder)) say(`${name}: ${megabytes(statSync(join(folder, name)).size)}`);
  const faults = [failures, doubled, lost, invented, open, errors.length];
  if (faults.some((count) => count > 0)) process.exitCode = 1;
}

/** Lets requests go one after the other at this rate, however many people want to send some. */
function steadyPace(perSecond: number): (requests?: number) => Promise<void> {
  let next = 0;
  return async (requests = 1) => {
    const now = performance.now();
    next = Math.max(next, now) + (requests * 1_000) / perSecond;
    await wait(next - now);
  };
}

async function makeTrouble(control: Control, over: AbortSignal): Promise<void> {
  for (let round = 0; !over.aborted; round += 1) {
    await wait(TROUBLE_INTERVAL, undefined, { signal: over }).catch(() => {});
    TROUBLES[round % TROUBLES.length]?.(control);
  }
}

function update(event: string, order: object | null): string {
  return JSON.stringify({ stream: 'trade_updates', data: { event, order } });
}

/** How many streams are open once they should not be. */
async function streamsLeft(control: Control): Promise<number> {
  const deadline = Date.now() + CLOSING;
  const open = () => control.streams().paper + control.streams().live;
  while (open() > 0 && Date.now() < deadline) await wait(100);
  return open();
}

function progress(tally: SoakTally, { resident, heap }: MemorySample, passed: number): string {
  const { requests, failures, openStreams, events, sent, acknowledged, abandoned } = tally;
  const seconds = Math.round(passed / 1_000);
  return (
    `${seconds} s: ${requests} requests (${Math.round(requests / seconds)}/s), ${failures} failures, ` +
    `${openStreams} streams open, ${events} events, RSS ${megabytes(resident)}, heap ${megabytes(heap)}, ` +
    `orders: ${sent.size - abandoned.size} placed, ${acknowledged.size} acknowledged`
  );
}

/** The second fifth of the time beside the last fifth: of ten minutes, what came after the first two beside the last two. */
function memoryVerdict(samples: readonly MemorySample[]): string {
  const fifth = Math.ceil(samples.length / 5);
  const [early, late] = [samples.slice(fifth, 2 * fifth), samples.slice(-fifth)];
  const line = (name: string, of: (sample: MemorySample) => number) => {
    const [before, after] = [median(early.map(of)), median(late.map(of))];
    return `${name}: ${megabytes(before)} in the second fifth of the time, ${megabytes(after)} in the last: ratio ${(after / before).toFixed(2)}`;
  };
  return `${line('heap', ({ heap }) => heap)}\n${line('RSS', ({ resident }) => resident)}`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
