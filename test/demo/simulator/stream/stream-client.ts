import { once } from 'node:events';
import { vi } from 'vitest';
import { WebSocket } from 'ws';
import type { TradeUpdate } from '../../../../server/contract.ts';

/** One frame as it came: whether it was binary, and its JSON where it held one. */
export interface Frame {
  binary: boolean;
  text: string;
  json: Record<string, unknown> | undefined;
}

/** A client of the simulated `/stream` that does nothing by itself. */
export class StreamClient implements AsyncDisposable {
  readonly frames: Frame[] = [];
  /** The close code, once it is closed. 1006 for a broken connection. */
  closed: number | undefined;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data, binary) => this.frames.push(readFrame(String(data), binary)));
    socket.on('close', (code) => {
      this.closed = code;
    });
  }

  /** @throws Error when the handshake is refused */
  static async open(url: string): Promise<StreamClient> {
    const socket = new WebSocket(url);
    const client = new StreamClient(socket);
    await once(socket, 'open');
    socket.on('error', () => {});
    return client;
  }

  /** Opens, authenticates and listens. */
  static async listen(url: string, token: string): Promise<StreamClient> {
    const client = await StreamClient.open(url);
    client.say({ action: 'authenticate', data: { oauth_token: token } });
    client.say({ action: 'listen', data: { streams: ['trade_updates'] } });
    await client.next(({ stream }) => stream === 'listening');
    return client;
  }

  say(message: unknown): void {
    this.#socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The first message that fits, as soon as there is one. */
  next(fits: (message: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
    return soon(() => {
      const found = this.messages.find(fits);
      if (found === undefined) throw new Error(`Not among ${JSON.stringify(this.messages)}`);
      return found;
    });
  }

  get messages(): Record<string, unknown>[] {
    return this.frames.map(({ json }) => json).filter((json) => json !== undefined);
  }

  get updates(): TradeUpdate[] {
    return this.messages
      .filter(({ stream }) => stream === 'trade_updates')
      .map(({ data }) => data as TradeUpdate);
  }

  /** The updates of one order, as soon as the last one is `event`. */
  story(orderId: string | undefined, event: string): Promise<TradeUpdate[]> {
    return soon(() => {
      const story = this.updates.filter(({ order }) => order.id === orderId);
      if (story.at(-1)?.event !== event) throw new Error(`No ${event} in ${JSON.stringify(story)}`);
      return story;
    });
  }

  /** The code that it is closed with. */
  end(): Promise<number> {
    return soon(() => {
      if (this.closed === undefined) throw new Error('It is still open.');
      return this.closed;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.terminate();
    await this.end();
  }
}

/** Tries until it does not throw. */
export function soon<Result>(attempt: () => Result | Promise<Result>): Promise<Result> {
  return vi.waitFor(attempt, { timeout: 10_000, interval: 10 });
}

function readFrame(text: string, binary: boolean): Frame {
  try {
    return { binary, text, json: JSON.parse(text) };
  } catch {
    return { binary, text, json: undefined };
  }
}
