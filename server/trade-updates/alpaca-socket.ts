import type { Logger } from 'pino';
import WebSocket from 'ws';
import { report } from '../http/log.ts';
import { namesScope, plainWords } from '../proxy/alpaca-refusal.ts';
import type { StoredConnection } from '../stored-connection.ts';
import { type Message, type ReceivedUpdate, readMessage } from './alpaca-message.ts';

/**
 * Opens Alpaca's trade updates of one connection. Alpaca is moving them from WebSocket to server-sent events: another
 * transport is another function of this type, given to `createTradeUpdates()`, and nothing else changes.
 *
 * It never throws, and calls nothing of `events` before it has returned. After `onRefused` or `onLost` it has closed itself
 * and calls nothing more; nor does it after `close()`, which is safe at any time, and twice.
 */
export type OpenUpstream = (connection: UpstreamConnection, events: UpstreamEvents) => { close(): void };

type UpstreamConnection = Pick<StoredConnection, 'provider' | 'environment' | 'accessToken'>;

interface UpstreamEvents {
  /** Alpaca accepted the token and the subscription: `onUpdate` gets every update from now on. */
  onOpen(): void;
  onUpdate(update: ReceivedUpdate): void;
  /** Alpaca does not accept the token here, which need not mean that the token is no longer good. */
  onRefused(refusal: StreamRefusal): void;
  onLost(reason: UpstreamLoss): void;
}

/** What Alpaca said when it refused. A bare "unauthorized" gives no reason. */
export interface StreamRefusal {
  /** Whether the scope of the token is what is missing. */
  namesScope: boolean;
  /** Visible ASCII and bounded; empty when Alpaca said nothing. */
  words: string;
}

/**
 * Why an upstream is over: it broke or could not be opened (`closed`), did not get as far as updates in time (`late`), fell
 * silent (`silent`), said that something is wrong (`error`), or sent what makes no sense (`garbage`).
 */
export type UpstreamLoss = 'closed' | 'late' | 'silent' | 'error' | 'garbage';

interface AlpacaSocketsOptions {
  /** Where the trade-updates stream of a connection is, at its own provider. @throws Error when it has none */
  urlOf: (connection: UpstreamConnection) => URL;
  log: Logger;
  times?: Partial<SocketTimes>;
}

/** In milliseconds. */
export interface SocketTimes {
  /** From the first packet until Alpaca sends updates. */
  opening: number;
  /** Between two pings. A peer that sends nothing from one to the next counts as gone. */
  ping: number;
}

const TIMES: SocketTimes = { opening: 10_000, ping: 20_000 };

/**
 * A message may have 1 MiB, in few pieces: thousands of tiny ones would take a multiple of that in memory. Answers to pings
 * are bounded, too, for a peer that does not read them. No compression, whose windows cost memory and have crashed clients.
 * No redirect, which would carry the token to another host.
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

/** Trade updates over Alpaca's WebSocket: one socket for each connection. */
export function alpacaSockets({ urlOf, log, times }: AlpacaSocketsOptions): OpenUpstream {
  return (connection, events) => {
    const socket = new WebSocket(urlOf(connection), SOCKET_OPTIONS);
    return new AlpacaSocket(socket, connection, events, { log, times: { ...TIMES, ...times } });
  };
}

/**
 * Alpaca's trade-updates protocol on one socket: authenticate, subscribe, receive updates. It sends two frames, both built
 * here, so that neither a page nor Alpaca has a say in what is sent. The socket opens in time, is pinged, and ends once.
 */
export class AlpacaSocket {
  readonly #socket: WebSocket;
  readonly #connection: UpstreamConnection;
  readonly #events: UpstreamEvents;
  readonly #log: Logger;
  readonly #openingTimer: NodeJS.Timeout;
  readonly #pingTimer: NodeJS.Timeout;
  /** An answer of Alpaca's counts only in the phase that it belongs to. */
  #phase: 'authenticating' | 'subscribing' | 'open' | 'closed' = 'authenticating';
  /** Whether anything came since the last ping. */
  #isAlive = true;

  /** @param socket Not open yet. */
  constructor(
    socket: WebSocket,
    connection: UpstreamConnection,
    events: UpstreamEvents,
    { log, times }: { log: Logger; times: SocketTimes },
  ) {
    this.#socket = socket;
    this.#connection = connection;
    this.#events = events;
    this.#log = log;
    this.#openingTimer = setTimeout(() => this.#lose('late'), times.opening);
    this.#pingTimer = setInterval(() => this.#ping(), times.ping);
    socket.on('open', () =>
      this.#send({ action: 'authenticate', data: { oauth_token: connection.accessToken } }),
    );
    // Text and binary frames alike come as one Buffer, which is what ws makes of them unless told otherwise.
    socket.on('message', (frame: Buffer) => this.#onFrame(frame));
    socket.on('ping', () => this.#onSign());
    socket.on('pong', () => this.#onSign());
    // The error is not logged: its message may quote Alpaca's answer.
    socket.on('error', () => this.#lose('closed'));
    socket.on('close', () => this.#lose('closed'));
  }

  close(): void {
    if (this.#phase === 'closed') return;
    this.#finish();
    this.#socket.close(1000);
  }

  #onFrame(frame: Buffer): void {
    this.#onSign();
    if (this.#phase === 'closed') return;
    const message = readMessage(frame);
    if (this.#holdsToken(frame, message)) this.#drop(message);
    else this.#onMessage(message);
  }

  /** An escaped token shows in what was parsed and written again. */
  #holdsToken(frame: Buffer, message: Message): boolean {
    const { accessToken } = this.#connection;
    return (
      frame.includes(accessToken) || (message.kind === 'update' && message.update.data.includes(accessToken))
    );
  }

  /** Pages must learn that an update is missing, which they do when the socket is opened again. */
  #drop(message: Message): void {
    report(
      this.#log,
      'error',
      { event: 'token_in_stream', environment: this.#connection.environment },
      'Alpaca sent a message with the token in it',
    );
    if (message.kind === 'update') this.#lose('garbage');
  }

  #onMessage(message: Message): void {
    if (message.kind === 'authorization' && this.#phase === 'authenticating') {
      this.#onAuthorization(message.granted);
    } else if (message.kind === 'listening' && this.#phase !== 'authenticating') {
      this.#onListening(message.streams);
    } else if (message.kind === 'update' && this.#phase === 'open') {
      this.#events.onUpdate(message.update);
    } else if (message.kind === 'error' && namesScope(message.words)) {
      const words = plainWords(message.words, this.#connection.accessToken);
      this.#refuse({ namesScope: true, words });
    } else if (message.kind !== 'unknown') {
      // This includes an update that comes too early: it may be of another account.
      this.#lose(message.kind === 'error' ? 'error' : 'garbage');
    }
  }

  #onAuthorization(granted: boolean): void {
    if (!granted) {
      this.#refuse({ namesScope: false, words: '' });
      return;
    }
    this.#phase = 'subscribing';
    this.#send({ action: 'listen', data: { streams: ['trade_updates'] } });
  }

  #onListening(streams: readonly string[]): void {
    if (!streams.includes('trade_updates')) {
      this.#lose('garbage');
    } else if (this.#phase === 'subscribing') {
      this.#phase = 'open';
      clearTimeout(this.#openingTimer);
      this.#events.onOpen();
    }
  }

  #send(frame: object): void {
    this.#socket.send(JSON.stringify(frame));
  }

  #ping(): void {
    if (!this.#isAlive) {
      this.#lose('silent');
      return;
    }
    this.#isAlive = false;
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
  }

  #onSign(): void {
    this.#isAlive = true;
  }

  #refuse(refusal: StreamRefusal): void {
    this.close();
    this.#events.onRefused(refusal);
  }

  #lose(reason: UpstreamLoss): void {
    if (this.#phase === 'closed') return;
    this.#finish();
    this.#socket.terminate();
    this.#events.onLost(reason);
  }

  #finish(): void {
    this.#phase = 'closed';
    clearTimeout(this.#openingTimer);
    clearInterval(this.#pingTimer);
  }
}
