import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** One WebSocket that the server opened. */
export interface AcceptedSocket {
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
  behave?: (accepted: AcceptedSocket) => void;
  /** 0, the default, takes a free one. */
  port?: number;
}

/**
 * Alpaca's trade-updates WebSocket: it takes an `authenticate` frame with the token and then a `listen` frame, answers
 * each, and sends updates. For tests that make it misbehave.
 */
export class FakeAlpaca implements AsyncDisposable {
  readonly sockets: AcceptedSocket[] = [];
  readonly #server: WebSocketServer;
  readonly #options: FakeAlpacaOptions;
  /** What it answers to `authenticate`. */
  verdict: 'authorized' | 'unauthorized' = 'authorized';
  /** Whether it answers at all. */
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

  /** The sockets that are open now. */
  get open(): AcceptedSocket[] {
    return this.sockets.filter(({ socket }) => socket.readyState === socket.OPEN);
  }

  /** Sends a trade update on every open socket. */
  publish(event: string, more: object = {}): void {
    const order = { id: 'order-1', client_order_id: 'mine', symbol: 'AAPL', status: 'new' };
    this.say({ stream: 'trade_updates', data: { event, order, ...more } });
  }

  /** Sends JSON on every open socket. */
  say(message: unknown): void {
    for (const { socket } of this.open) this.#say(socket, message);
  }

  /** Sends these very bytes. */
  send(frame: string | Uint8Array): void {
    for (const { socket } of this.open) socket.send(frame);
  }

  /** Cuts every socket, as a network that fails. */
  drop(): void {
    for (const { socket } of this.sockets) socket.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(accepted: AcceptedSocket): void {
    const { socket, frames } = accepted;
    this.sockets.push(accepted);
    socket.on('error', () => {});
    socket.on('message', (frame) => {
      frames.push(String(frame));
      if (this.answers && !this.#options.behave) this.#answer(socket, JSON.parse(String(frame)));
    });
    this.#options.behave?.(accepted);
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
