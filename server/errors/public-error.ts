import type { ServerErrorCode } from '../contract.ts';

/**
 * An error that a client may see: a stable code, a status, and a sentence that says what to do next.
 * The private cause goes to the log and never into an answer.
 */
export class PublicError extends Error {
  override readonly name = 'PublicError';
  readonly status: number;
  readonly code: ServerErrorCode;
  /** Extra response headers, for example `Allow` or `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: ServerErrorCode,
    message: string,
    { cause, headers = {} }: { cause?: unknown; headers?: Record<string, string> } = {},
  ) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}
