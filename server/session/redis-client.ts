import { isIP } from 'node:net';
import { ClientOfflineError, createClient, ErrorReply, RESP_TYPES } from '@redis/client';
import { redisScripts } from './redis-scripts.ts';

/** Milliseconds until a socket that owes an answer is given up. Less than the store's deadline of two seconds. */
const ANSWER_TIMEOUT = 1_500;

/** Milliseconds to connect. */
const CONNECT_TIMEOUT = 1_500;

/** Milliseconds without a byte from Redis, not even the answer to a ping, after which a socket counts as dead. */
const SILENCE_TIMEOUT = 2_500;
const PING_INTERVAL = 1_000;

/** Commands under way. Beyond, Redis is so slow that more of them would only fill this process's memory. */
const MOST_COMMANDS = 10_000;

/** Between two tries to connect, in milliseconds. */
const LONGEST_RETRY_DELAY = 1_000;

/** The client of `@redis/client`, with the scripts of the records. */
type Redis = ReturnType<typeof createRedis>;

/** One client of the library, which has one socket at a time. */
interface OpenClient {
  readonly redis: Redis;
  /** Settles once the first try to connect has succeeded or failed. */
  readonly attempted: Promise<void>;
  lastError: unknown;
}

/**
 * A Redis client that never makes a request wait: a command is answered, or fails within `ANSWER_TIMEOUT`, and fails at
 * once while Redis is away. No command is kept for later or sent twice. Reconnects by itself, for ever.
 */
export class RedisClient {
  readonly #url: URL;
  #open: OpenClient;
  #closed = false;

  /** Starts to connect. That Redis is away is no error here: every `run()` rejects until it comes. */
  constructor(url: URL) {
    this.#url = url;
    this.#open = openClient(url);
  }

  /** @throws RedisFailure */
  async run<T>(command: (redis: Redis) => Promise<T>): Promise<T> {
    const open = this.#open;
    await open.attempted;
    const overdue = setTimeout(() => {
      this.#replace(open);
      open.redis.destroy();
    }, ANSWER_TIMEOUT);
    try {
      return await command(open.redis);
    } catch (cause) {
      const failure = new RedisFailure(
        cause instanceof ClientOfflineError ? (open.lastError ?? cause) : cause,
      );
      // This was the primary and is a replica now. Its name may lead to the new primary already.
      if (failure.code === 'READONLY' && this.#replace(open)) open.redis.close().catch(() => {});
      throw failure;
    } finally {
      clearTimeout(overdue);
    }
  }

  /** At once: what is under way fails. */
  close(): void {
    this.#closed = true;
    this.#open.redis.destroy();
  }

  /**
   * Opens a new client for the commands that follow. The library by itself notices only a socket that closes. It would
   * keep one that stays open and answers nothing, because the network swallows every packet, for as long as it is written to.
   * @returns Whether `open` was in use until now.
   */
  #replace(open: OpenClient): boolean {
    if (this.#closed || open !== this.#open) return false;
    this.#open = openClient(this.#url);
    return true;
  }
}

function openClient(url: URL): OpenClient {
  const redis = createRedis(url);
  const attempted = new Promise<void>((resolve) => {
    for (const event of ['ready', 'error', 'end']) redis.once(event, () => resolve());
  });
  const open: OpenClient = { redis, attempted, lastError: undefined };
  // Without a listener an 'error' event would end the process.
  redis.on('error', (error) => {
    open.lastError = error;
  });
  redis.connect().catch(() => {}); // rejects only when the client is destroyed meanwhile
  return open;
}

function createRedis(url: URL) {
  const tls = url.protocol === 'rediss:' ? { tls: true as const, ...serverName(url) } : {};
  return createClient({
    url: url.href,
    scripts: redisScripts,
    socket: {
      ...tls,
      connectTimeout: CONNECT_TIMEOUT,
      socketTimeout: SILENCE_TIMEOUT,
      reconnectStrategy: retryDelay,
    },
    pingInterval: PING_INTERVAL,
    disableOfflineQueue: true,
    commandsQueueMaxLength: MOST_COMMANDS,
    // So that the Redis user needs no rights but those that .env.example names.
    disableClientInfo: true,
    maintNotifications: 'disabled',
    // `timeout` covers only what was not sent yet; `ANSWER_TIMEOUT` covers all.
    commandOptions: { timeout: 0, typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
  });
}

/** Hosted Redis tells its customers apart by the name in the TLS handshake (RFC 6066 section 3: not by an address). */
function serverName({ hostname }: URL): { servername?: string } {
  return isIP(hostname.replace(/^\[|\]$/g, '')) ? {} : { servername: hostname };
}

/** Milliseconds before a try to reconnect, with jitter, so that the servers do not all come back at the same moment. */
function retryDelay(retries: number): number {
  return Math.min(50 * 2 ** retries, LONGEST_RETRY_DELAY) * (0.5 + Math.random() / 2);
}

/** A command that Redis refused, or that did not reach it. */
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
