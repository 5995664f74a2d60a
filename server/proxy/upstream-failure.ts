import { PublicError } from '../errors/public-error.ts';

/** undici's codes for a connection that broke. Whether a byte came first, only the caller knows. */
const BROKEN: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'ECONNREFUSED', 'EPIPE']);

const LATE: ReadonlySet<unknown> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

const MALFORMED = /^(?:HPE_|UND_ERR_HEADERS_OVERFLOW$|UND_ERR_RES)/;

/** Whether the connection to Alpaca broke, as opposed to an answer that was late or malformed. */
export function isBrokenConnection(error: Error): boolean {
  return BROKEN.has(codeOf(error));
}

/** What a page is told when a call to Alpaca failed before it answered. */
export function upstreamFailure(error: Error): PublicError {
  if (error instanceof PublicError) return error;
  const code = codeOf(error);
  if (LATE.has(code)) return upstreamTimeout(error);
  if (typeof code === 'string' && MALFORMED.test(code)) return upstreamInvalid(error);
  return new PublicError(
    502,
    'upstream_unreachable',
    'Alpaca could not be reached, or hung up without an answer. An order may have been received: look before you repeat it.',
    { cause: error },
  );
}

/** 504: Alpaca took too long. */
export function upstreamTimeout(cause?: Error): PublicError {
  return new PublicError(
    504,
    'upstream_timeout',
    'Alpaca did not answer in time. An order may have been received: look before you repeat it.',
    { cause },
  );
}

/** 502: an answer that must not be relayed, such as a redirect. */
export function upstreamInvalid(cause?: Error): PublicError {
  return new PublicError(
    502,
    'upstream_invalid',
    'Alpaca gave an answer that is not one of its API. Try again; if it stays, tell the owner of this server.',
    { cause },
  );
}

function codeOf(error: Error): unknown {
  return (error as NodeJS.ErrnoException).code;
}
