import { isIP } from 'node:net';
import { ClientOfflineError, createClient, ErrorReply, RESP_TYPES } from '@redis/client';
import { redisScripts } from './redis.ts';

/** Milliseconds until a connection that owes an answer is given up. Less than the store's deadline of two seconds. */
const answerTimeout = 1500;

/** Milliseconds to connect. */
const connectTimeout = 1500;

/** Milliseconds without a byte from Redis, pings included: after them, a connection is taken for dead. */
const silenceTimeout = 2500;
const pingInterval = 1000;

/** Commands under way. Beyond, Redis is so slow that more of them would only fill this process's memory. */
const mostCommands = 10_000;

const longestPause = 1000;

type Client = ReturnType<typeof createRecordClient>;

interface Link {
  readonly client: Client;
  /** Settles once the first try to connect has succeeded or failed. */
  readonly attempted: Promise<void>;
  lastError: unknown;
}

/**
 * One connection to Redis that never makes a request wait: a command is answered, or fails within `answerTimeout`, and
 * fails at once while Redis is away. No command is kept for later or sent twice. Reconnects by itself, for ever.
 */
export class RedisConnection {
  readonly #url: URL;
  #link: Link;
  #closed = false;

  /** Starts to connect; that Redis is away now is no error, only every `ask()` is until it comes. */
  constructor(url: URL) {
    this.#url = url;
    this.#link = openLink(url);
  }

  /** @throws RedisFailure */
  async ask<T>(command: (client: Client) => Promise<T>): Promise<T> {
    const link = this.#link;
    await link.attempted;
    const overdue = setTimeout(() => {
      this.#retire(link);
      link.client.destroy();
    }, answerTimeout);
    try {
      return await command(link.client);
    } catch (cause) {
      const failure = new RedisFailure(
        cause instanceof ClientOfflineError ? (link.lastError ?? cause) : cause,
      );
      // This was the primary and is a replica now. Its name may lead to the new primary already.
      if (failure.code === 'READONLY' && this.#retire(link)) link.client.close().catch(() => {});
      throw failure;
    } finally {
      clearTimeout(overdue);
    }
  }

  /** At once: what is under way fails. */
  close(): void {
    this.#closed = true;
    this.#link.client.destroy();
  }

  /**
   * Has what comes next use a new connection. The client itself notices only a socket that closes. One that stays open
   * and answers nothing, because the network swallows every packet, it would keep for as long as it is written to.
   * @returns Whether it was in use until now.
   */
  #retire(link: Link): boolean {
    if (this.#closed || link !== this.#link) return false;
    this.#link = openLink(this.#url);
    return true;
  }
}

function openLink(url: URL): Link {
  const client = createRecordClient(url);
  const attempted = new Promise<void>((resolve) => {
    for (const event of ['ready', 'error', 'end']) client.once(event, () => resolve());
  });
  const link: Link = { client, attempted, lastError: undefined };
  // Without a listener an 'error' event would end the process.
  client.on('error', (error) => {
    link.lastError = error;
  });
  client.connect().catch(() => {}); // rejects only when the client is destroyed meanwhile
  return link;
}

function createRecordClient(url: URL) {
  const tls = url.protocol === 'rediss:' ? { tls: true as const, ...serverName(url) } : {};
  return createClient({
    url: url.href,
    scripts: redisScripts,
    socket: { ...tls, connectTimeout, socketTimeout: silenceTimeout, reconnectStrategy: pauseBefore },
    pingInterval,
    disableOfflineQueue: true,
    commandsQueueMaxLength: mostCommands,
    // Needs permission for no command but those of the records. See .env.example.
    disableClientInfo: true,
    maintNotifications: 'disabled',
    // `timeout` covers only what was not sent yet; `answerTimeout` covers all.
    commandOptions: { timeout: 0, typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
  });
}

/** Hosted Redis tells its customers apart by the name in the TLS handshake (RFC 6066 section 3: not by an address). */
function serverName({ hostname }: URL): { servername?: string } {
  return isIP(hostname.replace(/^\[|\]$/g, '')) ? {} : { servername: hostname };
}

/** Milliseconds before a try to reconnect, with jitter, so that not every server comes back in the same instant. */
function pauseBefore(retries: number): number {
  return Math.min(50 * 2 ** retries, longestPause) * (0.5 + Math.random() / 2);
}

/** A call that Redis refused, or that did not reach it. */
export class RedisFailure extends Error {
  override readonly name = 'RedisFailure';
  /** For the log, which holds no message of a library: `ECONNREFUSED`, `READONLY`, `WRONGPASS`, `SocketTimeoutError`. */
  readonly code: string;

  constructor(cause: unknown) {
    const code = codeOf(cause);
    super(`Redis cannot be used: ${code}.`, { cause });
    this.code = code;
  }
}

function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown';
  // The first word of what Redis answers is its name for the error.
  if (cause instanceof ErrorReply) return /^[A-Z]+/.exec(cause.message)?.[0] ?? 'ErrorReply';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.constructor.name;
}
