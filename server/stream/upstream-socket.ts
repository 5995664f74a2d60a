import type { Logger } from 'pino';
import WebSocket from 'ws';
import type { Environment } from '../contract.ts';
import { report } from '../log/report.ts';
import { Dialogue } from './dialogue.ts';
import type { OpenUpstream, StreamRefusal, Upstream, UpstreamHearer, UpstreamLoss } from './upstream.ts';

export interface UpstreamSocketOptions {
  /** Where Alpaca's trade-updates streams are. */
  urls: Readonly<Record<Environment, URL>>;
  log: Logger;
  times?: Partial<SocketTimes>;
}

/** In milliseconds. */
export interface SocketTimes {
  /** From the first packet until Alpaca sends updates. */
  opening: number;
  /** Between two pings. Who is silent from one to the next is taken for gone. */
  ping: number;
}

const TIMES: SocketTimes = { opening: 10_000, ping: 20_000 };

/**
 * A message may have 1 MiB, in few pieces: thousands of tiny ones would cost a multiple of it (backend.md W1). Nor may
 * answers to pings pile up for a peer that does not read them. No compression, whose windows cost memory and have crashed clients, and no redirect, which would carry the token elsewhere.
 */
const SOCKET_OPTIONS = {
  maxPayload: 1024 * 1024,
  maxFragments: 256,
  maxBufferedChunks: 4_096,
  maxPendingAutoPongs: 60,
  perMessageDeflate: false,
  followRedirects: false,
  closeTimeout: 1_000,
  headers: { 'User-Agent': 'connect-with-alpaca' },
  // Its types do not know these two yet.
} satisfies WebSocket.ClientOptions & { closeTimeout: number; maxPendingAutoPongs: number };

/** The upstream over Alpaca's WebSocket. */
export function upstreamSocket({ urls, log, times }: UpstreamSocketOptions): OpenUpstream {
  return ({ environment, accessToken }, hearer) => {
    const socket = new WebSocket(urls[environment], SOCKET_OPTIONS);
    const line = new SocketLine(socket, hearer, { ...TIMES, ...times });
    const dialogue = new Dialogue({
      accessToken,
      send: (frame) => socket.send(JSON.stringify(frame)),
      opened: () => line.opened(),
      heard: hearer.heard,
      refused: (refusal) => line.refused(refusal),
      failed: (reason) => line.lose(reason),
      leaked: () =>
        report(
          log,
          'error',
          { event: 'token_in_stream', environment },
          'Alpaca sent a message with the token in it',
        ),
    });
    socket.on('open', () => dialogue.begin());
    // Text and binary frames alike come as one Buffer, which is what ws makes of them unless told otherwise.
    socket.on('message', (frame: Buffer) => {
      if (!line.over) dialogue.take(frame);
    });
    return line;
  };
}

/** The life of one socket: it opens in time, stays lively, and ends once. */
class SocketLine implements Upstream {
  readonly #socket: WebSocket;
  readonly #hearer: UpstreamHearer;
  readonly #opening: NodeJS.Timeout;
  readonly #pinging: NodeJS.Timeout;
  #lively = true;
  over = false;

  constructor(socket: WebSocket, hearer: UpstreamHearer, { opening, ping }: SocketTimes) {
    this.#socket = socket;
    this.#hearer = hearer;
    this.#opening = setTimeout(() => this.lose('late'), opening);
    this.#pinging = setInterval(() => this.#ping(), ping);
    socket.on('message', () => this.#onSign());
    socket.on('pong', () => this.#onSign());
    socket.on('ping', () => this.#onSign());
    // The error stays here: its message may quote Alpaca's answer.
    socket.on('error', () => this.lose('closed'));
    socket.on('close', () => this.lose('closed'));
  }

  opened(): void {
    clearTimeout(this.#opening);
    this.#hearer.opened();
  }

  refused(refusal: StreamRefusal): void {
    this.close();
    this.#hearer.refused(refusal);
  }

  lose(reason: UpstreamLoss): void {
    if (this.over) return;
    this.#finish();
    this.#socket.terminate();
    this.#hearer.lost(reason);
  }

  close(): void {
    if (this.over) return;
    this.#finish();
    this.#socket.close(1000);
  }

  #ping(): void {
    if (!this.#lively) {
      this.lose('silent');
      return;
    }
    this.#lively = false;
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
  }

  #onSign(): void {
    this.#lively = true;
  }

  #finish(): void {
    this.over = true;
    clearTimeout(this.#opening);
    clearInterval(this.#pinging);
  }
}
