import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** One WebSocket that the server opened. */
export interface FakeLine {
  socket: WebSocket;
  /** The request that opened it. */
  request: IncomingMessage;
  /** Every frame that came, as text. */
  frames: string[];
}

export interface FakeAlpacaOptions {
  /** Paper sends its JSON in binary frames. */
  binary?: boolean;
  /** What it does instead of the protocol, from the first moment on. */
  behave?: (line: FakeLine) => void;
  /** 0, the default, takes a free one. */
  port?: number;
}

/**
 * Alpaca's trade-updates WebSocket: it takes an `authenticate` frame with the token and then a `listen` frame, answers
 * each, and sends updates. For tests that make it misbehave.
 */
export class FakeAlpaca implements AsyncDisposable {
  readonly lines: FakeLine[] = [];
  readonly #server: WebSocketServer;
  readonly #options: FakeAlpacaOptions;
  /** What it says to whoever authenticates. */
  verdict: 'authorized' | 'unauthorized' = 'authorized';
  /** Whether it answers at all, or keeps whoever comes waiting. */
  answers = true;

  private constructor(server: WebSocketServer, options: FakeAlpacaOptions) {
    this.#server = server;
    this.#options = options;
    server.on('connection', (socket, request) => this.#serve({ socket, request, frames: [] }));
  }

  static async start(options: FakeAlpacaOptions = {}): Promise<FakeAlpaca> {
    const server = new WebSocketServer({ port: options.port ?? 0, host: '127.0.0.1' });
    await once(server, 'listening');
    return new FakeAlpaca(server, options);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): URL {
    return new URL(`ws://127.0.0.1:${this.port}/stream`);
  }

  /** The lines that are open now. */
  get open(): FakeLine[] {
    return this.lines.filter(({ socket }) => socket.readyState === socket.OPEN);
  }

  /** Sends a trade update to whoever listens. */
  publish(event: string, more: object = {}): void {
    const order = { id: 'order-1', client_order_id: 'mine', symbol: 'AAPL', status: 'new' };
    this.say({ stream: 'trade_updates', data: { event, order, ...more } });
  }

  /** Sends JSON to whoever is connected. */
  say(message: unknown): void {
    for (const { socket } of this.open) this.#say(socket, message);
  }

  /** Sends these very bytes. */
  send(frame: string | Uint8Array): void {
    for (const { socket } of this.open) socket.send(frame);
  }

  /** Cuts every line, as a network that fails. */
  drop(): void {
    for (const { socket } of this.lines) socket.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(line: FakeLine): void {
    const { socket, frames } = line;
    this.lines.push(line);
    socket.on('error', () => {});
    socket.on('message', (frame) => {
      frames.push(String(frame));
      if (this.answers && !this.#options.behave) this.#answer(socket, JSON.parse(String(frame)));
    });
    this.#options.behave?.(line);
  }

  #answer(socket: WebSocket, { action }: { action: string }): void {
    if (action === 'authenticate') {
      this.#say(socket, { stream: 'authorization', data: { status: this.verdict, action } });
      if (this.verdict === 'unauthorized') socket.close();
    } else {
      this.#say(socket, { stream: 'listening', data: { streams: ['trade_updates'] } });
    }
  }

  #say(socket: WebSocket, message: unknown): void {
    socket.send(JSON.stringify(message), { binary: this.#options.binary ?? true });
  }
}
