import {
  BARE,
  type Contender,
  type contenders,
  logFile,
  requestsOf,
  type Surroundings,
} from './contenders.ts';
import type { LoadOrder, LoadResult } from './load.ts';
import { MeasuredProcess } from './measured-process.ts';
import type { Measured } from './results.ts';

const CONNECTIONS = 32;

/** How long to measure: rounds, and the milliseconds of each load and of the requests one by one. */
export interface Effort {
  rounds: number;
  milliseconds: number;
  oneByOne: number;
}

/**
 * Starts these contenders and measures each in every round, so that a machine whose speed drifts disturbs all alike.
 * @param say Is told which one is left out, and why.
 */
export async function compareRelays(
  surroundings: Surroundings,
  these: typeof contenders,
  { rounds, milliseconds, oneByOne }: Effort,
  say: (line: string) => void,
): Promise<Map<string, Measured[]>> {
  const log = logFile(surroundings.folder, 'load');
  const generator = surroundings.stopAtEnd(await MeasuredProcess.ofScript('load.ts', {}, log));
  const started = await startAll(surroundings, these, say);
  const measured = new Map<string, Measured[]>(started.map(({ name }) => [name, []]));
  const visit = async (
    contender: Contender,
    sessions: 'one' | 'all',
    load: Pick<LoadOrder, 'connections' | 'milliseconds'>,
  ) => {
    const before = contender.process.cpuTime();
    const order: LoadOrder = { port: contender.port, requests: requestsOf(contender, sessions), ...load };
    const result = await generator.ask<LoadResult>(order);
    const cpu = (contender.process.cpuTime() - before) / result.answered;
    if (result.failed > 0)
      throw new Error(`${contender.name}: ${result.failed} of ${result.answered} requests failed.`);
    return { ...result, cpu };
  };
  const busy = { connections: CONNECTIONS, milliseconds };
  const warmUp = { connections: CONNECTIONS, milliseconds: 3 * milliseconds };
  for (const contender of started) await visit(contender, 'all', warmUp);
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of started) {
      // Whoever comes first finds the caches of the contender before: the two loads take turns in that.
      const early = round % 2 === 0 ? await visit(contender, 'one', busy) : undefined;
      const all = await visit(contender, 'all', busy);
      const one = early ?? (await visit(contender, 'one', busy));
      const single = await visit(contender, 'one', { connections: 1, milliseconds: oneByOne });
      const memory = contender.process.memory();
      measured.get(contender.name)?.push({ one, all, single: single.p50, memory });
    }
  }
  return measured;
}

async function startAll(
  surroundings: Surroundings,
  these: typeof contenders,
  say: (line: string) => void,
): Promise<Contender[]> {
  const all: Contender[] = [];
  for (const [name, start] of these) {
    try {
      const contender = await start(name, surroundings);
      surroundings.stopAtEnd(contender.process);
      all.push(contender);
    } catch (error) {
      if (name === BARE) throw error;
      say(`Left out: ${name}, ${(error as Error).message}.`);
    }
  }
  return all;
}
