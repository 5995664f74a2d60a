import type { Request } from 'express';
import { clientAddress } from '../http/client-address.ts';
import { rateLimited } from '../http/errors.ts';
import { MinuteCounts } from '../http/minute-counts.ts';
import type { Parameters } from './authorization-request.ts';
import { OAuthError } from './oauth-error.ts';
import { CLIENT_ID } from './options.ts';

/** An app, as it says, with the secret that it shows. Alpaca alone knows whether it is the right one. */
export interface ShownClient {
  id: string;
  secret: string;
  /** Whether it used HTTP Basic, and is answered in the same way. */
  basic: boolean;
}

/**
 * Reads id and secret: of the form, or of HTTP Basic, and never of both (RFC 6749 section 2.3).
 * @throws OAuthError 400 `invalid_request`, 401 `invalid_client`
 */
export function readClient({ headers }: Pick<Request, 'headers'>, form: Parameters): ShownClient {
  const { authorization } = headers;
  const posted = { id: form.get('client_id'), secret: form.get('client_secret') };
  if (authorization === undefined) return checked({ ...posted, basic: false });
  if (posted.secret !== undefined) {
    throw new OAuthError(
      400,
      'invalid_request',
      'Authenticate in one way: by HTTP Basic, or by client_secret.',
    );
  }
  const shown = checked({ ...readBasic(authorization), basic: true });
  if (posted.id !== undefined && posted.id !== shown.id) {
    throw new OAuthError(400, 'invalid_request', 'client_id is another one than that of HTTP Basic.');
  }
  return shown;
}

function checked({
  id = '',
  secret = '',
  basic,
}: {
  id?: string | undefined;
  secret?: string | undefined;
  basic: boolean;
}) {
  if (CLIENT_ID.test(id) && /^[\x20-\x7e]{1,500}$/.test(secret)) return { id, secret, basic };
  throw invalidClient({ basic });
}

/** RFC 6749 section 2.3.1: both are form-encoded before they are joined. */
function readBasic(authorization: string): { id?: string; secret?: string } {
  const [, encoded] = /^Basic +([\w+/=-]+)$/i.exec(authorization) ?? [];
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? [];
  if (id === undefined || secret === undefined) return {};
  try {
    return { id: formDecoded(id), secret: formDecoded(secret) };
  } catch {
    return {};
  }
}

function formDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

/** 401 (RFC 6749 section 5.2), also for an app that does not exist. */
export function invalidClient({ basic }: { basic: boolean }, cause?: unknown): OAuthError {
  return new OAuthError(401, 'invalid_client', 'The app or its secret is not known.', {
    cause,
    headers: basic ? { 'WWW-Authenticate': 'Basic realm="oauth", charset="UTF-8"' } : {},
  });
}

/** Of one app from one address, in a minute. */
const MOST_WRONG_SECRETS = 5;

/** Ends guessing. Right secrets are not counted. */
export class WrongSecrets {
  readonly #counts = new MinuteCounts();

  /** @throws PublicError 429 `rate_limited` */
  assertFew(request: Request, { id }: ShownClient): void {
    const count = this.#counts.get(keyOf(request, id));
    if (count && count.totalHits >= MOST_WRONG_SECRETS) throw rateLimited('wrong secrets', count.resetTime);
  }

  count(request: Request, { id }: ShownClient): void {
    this.#counts.increment(keyOf(request, id));
  }
}

function keyOf(request: Request, clientId: string): string {
  return `${clientId} ${clientAddress(request)}`;
}
