import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

interface SuperviseOptions {
  /** Shown when the process had to be started again. */
  name: string;
  /** The module to run. */
  module: URL;
  args?: string[];
  env: NodeJS.ProcessEnv;
  /** Answers over HTTP once the process is up. */
  address: string;
  report: (line: string) => void;
}

export interface Supervised {
  stop(): Promise<void>;
}

const START_DEADLINE = 20_000;

/**
 * Runs a module as a child process, waits until it answers, and starts it again when it dies.
 * @throws Error when the first start fails.
 */
export async function supervise(options: SuperviseOptions): Promise<Supervised> {
  let stopping = false;
  let child = start();
  await answers(options, child);

  function start(): ChildProcess {
    const { module, args = [], env } = options;
    const started = fork(module, args, { env });
    started.once('exit', (code, signal) => {
      if (stopping || !answered.has(started)) return;
      options.report(`${options.name} ended (${signal ?? code}). Starting it again.`);
      child = start();
      answers(options, child).then(
        () => options.report(`${options.name} answers again.`),
        (error: Error) => options.report(error.message),
      );
    });
    return started;
  }

  return {
    stop() {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
      return new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      });
    },
  };
}

/** Processes that were up once: only those are started again, so that a broken one does not loop. */
const answered = new WeakSet<ChildProcess>();

async function answers({ name, address }: SuperviseOptions, child: ChildProcess): Promise<void> {
  const giveUp = Date.now() + START_DEADLINE;
  while (Date.now() < giveUp && child.exitCode === null && child.signalCode === null) {
    const reached = await fetch(address, { redirect: 'manual' }).then(
      () => true,
      () => false,
    );
    if (reached) {
      answered.add(child);
      return;
    }
    await sleep(50);
  }
  child.kill('SIGKILL');
  throw new Error(`${name} did not start.`);
}
