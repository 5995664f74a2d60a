import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AttemptAnswer } from '../../server/contract.ts';
import { freePort } from '../server-process.ts';
import { callbackData, Visitor } from '../visitor.ts';
import { answers, logFile, type Surroundings, serverProcess, serverVariables } from './contenders.ts';
import { MeasuredProcess } from './measured-process.ts';
import { aligned, median } from './results.ts';

/** How many people connect at once. */
const AT_ONCE = 16;

/** One person on the way through the flow. */
interface Person {
  visitor: Visitor;
  verifier: string;
  /** The address that the step before led to, or the grant. */
  next: string;
}

/**
 * The connect flow against the simulator: how many attempts, callbacks and exchanges a server with a SQLite file takes a
 * second. Every step is taken by all people before the next begins, so that each is measured by itself; the consent page is
 * Alpaca's and is not. An exchange holds two requests to Alpaca and a write that has to reach the disk.
 */
export async function connectFlow(
  surroundings: Surroundings,
  { rounds, people }: { rounds: number; people: number },
): Promise<string> {
  const { folder, stopAtEnd } = surroundings;
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const simulator = stopAtEnd(
    MeasuredProcess.ofTypeScript(
      fileURLToPath(new URL('simulator-process.ts', import.meta.url)),
      { REDIRECT_URI: `${url}/alpaca/callback` },
      logFile(folder, 'simulator'),
    ),
  );
  const variables = {
    ...serverVariables(surroundings, port, randomBytes(32)),
    ...(await simulator.answer<Record<string, string>>()),
    SESSION_FILE: join(folder, 'connect.sqlite'),
  };
  const server = stopAtEnd(serverProcess(variables, logFile(folder, 'connect')));
  await answers(server, `${url}/readyz`);

  const steps = new Map<string, { perSecond: number[]; cpu: number[] }>();
  async function measure(
    name: string,
    all: Person[],
    step: (person: Person) => Promise<void>,
  ): Promise<void> {
    const figures = steps.get(name) ?? { perSecond: [], cpu: [] };
    steps.set(name, figures);
    const cpu = server.cpuTime();
    const began = performance.now();
    await inTurns(all, step);
    figures.perSecond.push((all.length * 1_000) / (performance.now() - began));
    figures.cpu.push((server.cpuTime() - cpu) / all.length);
  }
  for (let round = 0; round < rounds; round += 1) {
    const all = Array.from({ length: people }, () => ({
      visitor: new Visitor({ url }),
      verifier: '',
      next: '',
    }));
    await measure('attempt', all, async (person) => {
      const { codeVerifier, codeChallenge } = Visitor.proofKey();
      const answer = await person.visitor.startAttempt({ codeChallenge });
      const { authorizationUrl } = (await answer.json()) as AttemptAnswer;
      Object.assign(person, { verifier: codeVerifier, next: authorizationUrl });
    });
    await inTurns(all, async (person) => {
      person.next = await person.visitor.decide(person.next);
    });
    await measure('callback', all, async (person) => {
      person.next = (await callbackData(await person.visitor.visit(person.next))).grant;
    });
    await measure('exchange', all, async ({ visitor, verifier, next }) => {
      const answer = await visitor.exchange(next, verifier);
      if (!answer.ok) throw new Error(`The exchange was answered ${answer.status}.`);
      await answer.arrayBuffer();
    });
  }
  const lines = [...steps].map(([name, { perSecond, cpu }]) => [
    name,
    median(perSecond).toFixed(0),
    `${Math.min(...perSecond).toFixed(0)}–${Math.max(...perSecond).toFixed(0)}`,
    median(cpu).toFixed(0),
  ]);
  return `\n${aligned([[`Connecting, ${AT_ONCE} at once`, 'a second', 'rounds', 'CPU µs'], ...lines])}`;
}

async function inTurns(all: readonly Person[], step: (person: Person) => Promise<void>): Promise<void> {
  const left = [...all];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let person = left.pop(); person; person = left.pop()) await step(person);
    }),
  );
}
