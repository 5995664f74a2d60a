import { ErrorReply } from '@redis/client';

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
