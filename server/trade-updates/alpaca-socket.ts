import type { Logger } from 'pino';
import WebSocket from 'ws';
import { z } from 'zod';
import type { Environment } from '../contract.ts';
import { report } from '../http/log.ts';
import { namesScope, plainWords } from '../proxy/alpaca-refusal.ts';
import type { StoredConnection } from '../stored-connection.ts';

/**
 * Where trade updates come from: one open line to Alpaca for one connection. Whoever brings another transport (Alpaca is
 * moving from WebSocket to server-sent events) writes another `OpenUpstream` and changes nothing else.
 */
export interface Upstream {
  /** Hangs up. The hearer is told nothing more. Safe to call at any time, and twice. */
  close(): void;
}

/** What an upstream tells. After `refused` and `lost` it is over, and tells nothing more. */
export interface UpstreamHearer {
  /** Alpaca accepted the token: from now on every update is heard. */
  opened(): void;
  heard(update: HeardUpdate): void;
  /** Alpaca does not accept the token, which need not mean that the token is no longer good. */
  refused(refusal: StreamRefusal): void;
  lost(reason: UpstreamLoss): void;
}

/** What Alpaca said when it refused. A bare "unauthorized" says nothing of the reason. */
export interface StreamRefusal {
  /** Whether the scope of the token is what is missing. */
  namesScope: boolean;
  /** Visible ASCII and bounded; empty when Alpaca said nothing. */
  words: string;
}

/** A trade update, checked, and free of the token. */
export interface HeardUpdate {
  /** Alpaca's name of the event: any text. */
  event: string;
  /** The whole update, as one line of JSON that this server wrote. */
  data: string;
}

/**
 * Why an upstream is over: the line broke or could not be opened (`closed`), it did not get as far as updates in time
 * (`late`), Alpaca fell silent (`silent`), said that something is wrong (`error`), sent what makes no sense (`garbage`), or
 * refused a token that may still be good (`refused`).
 */
export type UpstreamLoss = 'closed' | 'late' | 'silent' | 'error' | 'garbage' | 'refused';

/** Opens a line. Never throws: what goes wrong, `lost` tells, and never before this function has returned. */
export type OpenUpstream = (
  connection: Pick<StoredConnection, 'environment' | 'accessToken'>,
  hearer: UpstreamHearer,
) => Upstream;

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

/** What a dialogue needs of the line, and what it makes of what it hears. */
export interface DialogueParts {
  accessToken: string;
  send(frame: object): void;
  opened(): void;
  heard(update: HeardUpdate): void;
  refused(refusal: StreamRefusal): void;
  /** Alpaca says that something is wrong, or what it says is not of the protocol: hang up. */
  failed(reason: 'error' | 'garbage'): void;
  /** A message held the token. It was dropped. */
  leaked(): void;
}

/** How far it has come. Alpaca's answers are believed only where they are due. */
type Phase = 'authenticating' | 'subscribing' | 'open';

/**
 * The protocol of Alpaca's trade-updates WebSocket: authenticate, listen, hear. It says two things, both made here, and
 * nothing that a page or Alpaca could have a say in (backend.md W2). Hand it nothing more once it was refused or has failed.
 */
export class Dialogue {
  readonly #parts: DialogueParts;
  #phase: Phase = 'authenticating';

  constructor(parts: DialogueParts) {
    this.#parts = parts;
  }

  begin(): void {
    this.#parts.send({ action: 'authenticate', data: { oauth_token: this.#parts.accessToken } });
  }

  /** Takes one frame, whatever its bytes. */
  take(frame: Buffer): void {
    const message = readMessage(frame);
    if (!this.#holdsToken(frame, message)) {
      this.#judge(message);
      return;
    }
    this.#parts.leaked();
    // If it was an update, those who listen must learn that one is missing.
    if (message.kind === 'update') this.#parts.failed('garbage');
  }

  /** An escaped token is plain in what was parsed and written again. */
  #holdsToken(frame: Buffer, message: Message): boolean {
    const { accessToken } = this.#parts;
    return (
      frame.includes(accessToken) || (message.kind === 'update' && message.update.data.includes(accessToken))
    );
  }

  #judge(message: Message): void {
    if (message.kind === 'authorization' && this.#phase === 'authenticating') {
      this.#takeVerdict(message.granted);
    } else if (message.kind === 'listening' && this.#phase !== 'authenticating') {
      this.#takeSubscription(message.streams);
    } else if (message.kind === 'update' && this.#phase === 'open') {
      this.#parts.heard(message.update);
    } else if (message.kind === 'error' && namesScope(message.words)) {
      this.#parts.refused({ namesScope: true, words: plainWords(message.words, this.#parts.accessToken) });
    } else if (message.kind !== 'unknown') {
      // Also an update before its time: nobody can say whose it is.
      this.#parts.failed(message.kind === 'error' ? 'error' : 'garbage');
    }
  }

  #takeVerdict(granted: boolean): void {
    if (!granted) {
      this.#parts.refused({ namesScope: false, words: '' });
      return;
    }
    this.#phase = 'subscribing';
    this.#parts.send({ action: 'listen', data: { streams: ['trade_updates'] } });
  }

  #takeSubscription(streams: readonly string[]): void {
    if (!streams.includes('trade_updates')) {
      this.#parts.failed('garbage');
    } else if (this.#phase === 'subscribing') {
      this.#phase = 'open';
      this.#parts.opened();
    }
  }
}

/** What one frame of Alpaca's trade-updates stream says (alpaca.md, Streams with an OAuth token). */
export type Message =
  | { kind: 'authorization'; granted: boolean }
  | { kind: 'listening'; streams: readonly string[] }
  | { kind: 'update'; update: HeardUpdate }
  /** `words` is what Alpaca says is wrong. */
  | { kind: 'error'; words: string }
  /** JSON that is none of these. Alpaca may add to its protocol. */
  | { kind: 'unknown' }
  /** No JSON, or an update that is too large or not the shape of one. */
  | { kind: 'garbage' };

const Authorization = z.object({
  stream: z.literal('authorization'),
  // `unauthorized` answers to other actions, too, such as a `listen` that came too early. Those do not judge the token.
  data: z.object({ action: z.literal('authenticate'), status: z.enum(['authorized', 'unauthorized']) }),
});
const Listening = z.object({
  stream: z.literal('listening'),
  data: z.object({ streams: z.array(z.string()) }),
});
const Update = z.object({
  stream: z.literal('trade_updates'),
  data: z.looseObject({ event: z.string(), order: z.looseObject({ id: z.string() }) }),
});
const Failure = z.object({ action: z.literal('error') });
const FailureWords = z.object({ data: z.object({ error_message: z.string() }) });
const Envelope = z.looseObject({});

/** In characters. An update has about 2,000; `1e20` in a frame becomes 21 of them. */
const LARGEST_UPDATE = 512 * 1024;

const UTF8 = new TextDecoder('utf-8', { fatal: true });
const GARBAGE: Message = { kind: 'garbage' };

/** Reads one frame, text or binary: paper sends its JSON in binary frames. Never throws, whatever the bytes. */
export function readMessage(frame: Uint8Array): Message {
  try {
    return judge(JSON.parse(UTF8.decode(frame)));
  } catch {
    // Not UTF-8, not JSON, or nested more deeply than can be written again.
    return GARBAGE;
  }
}

function judge(value: unknown): Message {
  const envelope = Envelope.safeParse(value);
  if (!envelope.success) return GARBAGE;
  if (envelope.data['stream'] === 'trade_updates') return judgeUpdate(envelope.data);
  const authorization = Authorization.safeParse(value);
  if (authorization.success) {
    return { kind: 'authorization', granted: authorization.data.data.status === 'authorized' };
  }
  const listening = Listening.safeParse(value);
  if (listening.success) return { kind: 'listening', streams: listening.data.data.streams };
  if (!Failure.safeParse(value).success) return { kind: 'unknown' };
  const words = FailureWords.safeParse(value);
  return { kind: 'error', words: words.success ? words.data.data.error_message : '' };
}

function judgeUpdate(value: Record<string, unknown>): Message {
  const update = Update.safeParse(value);
  if (!update.success) return GARBAGE;
  // Written from what was parsed, so that no byte of Alpaca's frame can break out of its line.
  const data = JSON.stringify(value['data']);
  return data.length > LARGEST_UPDATE
    ? GARBAGE
    : { kind: 'update', update: { event: update.data.data.event, data } };
}
