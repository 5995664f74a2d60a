import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import WebSocket from 'ws';
import type { ServerProcess } from '../server-process.ts';

/** In bytes. */
export interface MemorySample {
  /** What the process holds of the machine's memory. */
  resident: number;
  /** What is left on its heap after a garbage collection: what grows here, leaks. */
  heap: number;
}

/** Add it to `NODE_OPTIONS` of the process that is to be measured. */
export const MEASURABLE = '--inspect=127.0.0.1:0';

/** Measures the memory of a server that was started `MEASURABLE`, through Node's inspector. */
export class ServerMemory implements Disposable {
  readonly #pid: number;
  readonly #inspector: WebSocket;
  readonly #gone = new AbortController();
  #calls = 0;

  private constructor(pid: number, inspector: WebSocket) {
    this.#pid = pid;
    this.#inspector = inspector;
    inspector.once('close', () => this.#gone.abort(new Error('The server has ended.')));
  }

  /** @throws Error when the server does not say where its inspector listens */
  static async of({ process, output }: ServerProcess): Promise<ServerMemory> {
    const address = /Debugger listening on (ws:\S+)/.exec(output())?.[1];
    if (address === undefined || process.pid === undefined)
      throw new Error(`Start the server with NODE_OPTIONS=${MEASURABLE}. It said:\n${output()}`);
    const inspector = new WebSocket(address);
    await once(inspector, 'open');
    return new ServerMemory(process.pid, inspector);
  }

  /** @throws Error when the server has ended */
  async sample(): Promise<MemorySample> {
    this.#gone.signal.throwIfAborted();
    const resident = residentBytes(this.#pid);
    await this.#call('HeapProfiler.collectGarbage');
    const { usedSize } = (await this.#call('Runtime.getHeapUsage')) as { usedSize: number };
    return { resident, heap: usedSize };
  }

  [Symbol.dispose](): void {
    this.#inspector.terminate();
  }

  /** One call of the Chrome DevTools Protocol; one at a time. */
  async #call(method: string): Promise<unknown> {
    this.#calls += 1;
    this.#inspector.send(JSON.stringify({ id: this.#calls, method }));
    const [answer] = (await once(this.#inspector, 'message', { signal: this.#gone.signal })) as [Buffer];
    return JSON.parse(String(answer)).result;
  }
}

function residentBytes(pid: number): number {
  const status = `/proc/${pid}/status`;
  const kibibytes = existsSync(status)
    ? /^VmRSS:\s*(\d+)/m.exec(readFileSync(status, 'utf8'))?.[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', `${pid}`], { encoding: 'utf8' });
  return Number(kibibytes) * 1024;
}
