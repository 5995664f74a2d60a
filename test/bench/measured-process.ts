import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformWithOxc } from 'vite';

const HERE = fileURLToPath(new URL('.', import.meta.url));
/** Linux counts the processor time of a process in hundredths of a second. */
const MICROSECONDS_PER_TICK = 10_000;

/** A process of its own, so that its processor time and memory are those of what it runs and of nothing else. */
export class MeasuredProcess implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly #ended: Promise<unknown>;
  readonly #log: string;

  /** @param log The file that its output is appended to. */
  constructor(command: string, parameters: string[], variables: Record<string, string>, log: string) {
    this.#log = log;
    const output = openSync(log, 'a');
    this.child = spawn(command, parameters, {
      cwd: HERE,
      env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...variables },
      stdio: ['ignore', output, output, 'ipc'],
    });
    closeSync(output);
    this.pid = this.child.pid ?? 0;
    this.#ended = once(this.child, 'exit');
    this.child.on('error', () => {});
  }

  /** Runs a script of this folder without the loader of TypeScript, whose thread and memory would be measured too. */
  static async ofScript(
    name: string,
    variables: Record<string, string>,
    log: string,
    options: readonly string[] = [],
  ): Promise<MeasuredProcess> {
    const file = HERE + name;
    const { code } = await transformWithOxc(readFileSync(file, 'utf8'), file, { sourcemap: false });
    const parameters = [...options, '--input-type=module', '-e', code];
    return new MeasuredProcess(process.execPath, parameters, variables, log);
  }

  /** Runs a file of TypeScript, whatever it imports. For processes whose memory is of no interest. */
  static ofTypeScript(file: string, variables: Record<string, string>, log: string): MeasuredProcess {
    const tsx = createRequire(import.meta.url).resolve('tsx');
    return new MeasuredProcess(process.execPath, ['--import', tsx, file], variables, log);
  }

  /** The next message of the process. @throws Error when it ends instead */
  async answer<Answer>(): Promise<Answer> {
    const over = this.#ended.then(() => {
      throw new Error(this.ending());
    });
    const [answer] = (await Promise.race([once(this.child, 'message'), over])) as [Answer];
    return answer;
  }

  /** How it ended, for an error: the first error that it wrote, or what it wrote last. */
  ending(): string {
    const written = readFileSync(this.#log, 'utf8');
    const [error = written.slice(-1_000)] = /^\w*Error.*$/m.exec(written) ?? [];
    return `it ended: ${error}`;
  }

  async ask<Answer>(order: object): Promise<Answer> {
    const answer = this.answer<Answer>();
    this.child.send(order);
    return answer;
  }

  /** Microseconds of processor time so far. */
  cpuTime(): number {
    return cpuTimeOf(this.pid);
  }

  /** Bytes that the process holds of the machine's memory. */
  memory(): number {
    return Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1]) * 1024;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const runs = this.child.exitCode === null && this.child.signalCode === null;
    // A profile is written by a process that ends itself.
    if (runs) this.child.kill(process.env['CPU_PROFILE'] ? 'SIGINT' : 'SIGKILL');
    await this.#ended;
  }
}

/** Microseconds of processor time of a process so far: of all of its threads, in the kernel and outside. */
export function cpuTimeOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/\(.*\)/, 'name')
    .split(' ');
  // Fields 14 and 15 of proc(5), which counts from one.
  return (Number(fields[13]) + Number(fields[14])) * MICROSECONDS_PER_TICK;
}
