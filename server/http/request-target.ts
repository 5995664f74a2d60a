import type { RequestHandler } from 'express';
import { PublicError } from './errors.ts';

/** A request-target that passed. Both parts are the client's own bytes: nothing was decoded or normalised. */
export interface RequestTarget {
  /** Starts with `/`. Has no empty or dot segment, and no percent-encoding but `%2F` inside a segment. */
  path: string;
  /** Starts with `?`, or is empty. */
  query: string;
}

const LONGEST_PATH = 2 * 1024;
const LONGEST_QUERY = 8 * 1024;

/**
 * RFC 3986 section 3.3 `pchar` without `;` and without percent-encoding. A `%2F` counts as a separator here, so that
 * `..%2F..` is two dot segments, whatever a later parser makes of it.
 */
const PATH =
  /^\/(?!\.{1,2}(?:\/|%2F|$))[\w\-.~!$&'()*+,=:@]+(?:(?:\/|%2F)(?!\.{1,2}(?:\/|%2F|$))[\w\-.~!$&'()*+,=:@]+)*$/i;

/** Printable ASCII without `#`; every `%` begins a well-formed escape that is not of a control character. */
const QUERY = /^\?(?:[!"$&-~]|%(?:[2-6][\dA-F]|7[\dA-E]|[89A-F][\dA-F]))*$/i;

/** RFC 6750 section 2.3 names the first; a token in a URL ends up in logs and histories. */
const TOKEN_PARAMETERS: ReadonlySet<string> = new Set(['access_token', 'token']);

/**
 * Checks a raw request-target once, before anything decodes it, and splits it. Where two parsers disagree on a path, one
 * guards another resource than the other serves. Only the origin form passes (RFC 9112 section 3.2.1).
 *
 * @throws PublicError 400 `bad_path`
 */
export function parseRequestTarget(raw: string): RequestTarget {
  const mark = raw.indexOf('?');
  const path = mark === -1 ? raw : raw.slice(0, mark);
  const query = mark === -1 ? '' : raw.slice(mark);
  if (path.length > LONGEST_PATH || query.length > LONGEST_QUERY) {
    throw badPath(
      `The URL is too long: a path may have ${LONGEST_PATH} characters, a query ${LONGEST_QUERY}.`,
    );
  }
  if (!PATH.test(path)) {
    throw badPath(
      'The path must start with "/" and must not contain empty or dot segments, "\\", ";", "#", or any ' +
        'percent-encoding but %2F inside a symbol. Send the path exactly as Alpaca documents it.',
    );
  }
  if (query !== '') assertPlainQuery(query);
  return { path, query };
}

function assertPlainQuery(query: string): void {
  if (!QUERY.test(query)) {
    throw badPath('The query holds a character that is not allowed there. Build it with URLSearchParams.');
  }
  for (const name of new URLSearchParams(query).keys()) {
    if (TOKEN_PARAMETERS.has(name.toLowerCase())) {
      throw badPath(
        'Never put a token into a URL. The server adds the authorization by itself: leave it out.',
      );
    }
  }
}

function badPath(message: string): PublicError {
  return new PublicError(400, 'bad_path', message);
}

/**
 * Asserts the origin form (RFC 9112 section 3.2.1). Express finds a route for `http://any:99999/alpaca/callback` by its
 * path; code that then parses all of it gets an exception, or a host that the client made up.
 *
 * @throws PublicError 400 `bad_path`
 */
export const assertOriginForm: RequestHandler = (request, _response, next) => {
  if (request.originalUrl.startsWith('/')) return next();
  throw new PublicError(
    400,
    'bad_path',
    'Send the path alone, starting with "/", and the host in the Host header.',
  );
};
