import { hash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { clientAddress } from '../http/client-address.ts';
import type { PublicError } from '../http/errors.ts';
import { limitRequests, type RequestLimit } from '../http/limit-requests.ts';
import type { Service } from '../service.ts';
import { sessionCookieName, signedSessionId } from '../session/cookie.ts';

/**
 * How much more than one person all people at one address may do together. It bounds what somebody gains by collecting
 * sessions, each of which counts as a person.
 */
const PEOPLE_AT_ONE_ADDRESS = 10;

/**
 * A person who could start must be able to finish once they agreed at Alpaca: those who started in one minute and those of
 * the next may all finish in the same one.
 */
const FINISHES_PER_START = 2;

/** A page that waits for its grant asks every 25 s. With the default, 50 pages can wait at one address. */
const POLLS_PER_CONNECT = 12;

/** How often the routes of the connect flow may be used; each is counted apart. */
interface ConnectLimits {
  /** `POST /attempts` */
  attempts: RequestHandler[];
  /**
   * `GET /launch?mode=redirect`, which starts an attempt too. Launch pages are not counted, because they start none. Nor is
   * a navigation that no page of the origin began to which it returns: it is refused, and must not use up the person's count.
   */
  redirects: RequestHandler[];
  /** `POST /connections`: each can cost Alpaca a token call in the name of this app. */
  exchanges: RequestHandler[];
  /** Both sides of the mailbox. */
  mailbox: RequestHandler;
}

/**
 * Makes the limits. A person is a client address and, within it, a session that this server signed:
 * a cookie that somebody invented gives them no count of their own. People behind one address who have connected before
 * do not stand in each other's way; those who have not share one count, as nothing tells them apart.
 */
export function connectLimits({ configuration, sealer, pages }: Service): ConnectLimits {
  const { connectsPerMinute, publicUrl } = configuration;
  const cookieName = sessionCookieName(publicUrl);
  const secrets = sealer.signingSecrets();

  function personOf(request: Request): string {
    const address = clientAddress(request);
    const id = signedSessionId(request.headers.cookie, cookieName, secrets);
    // Hashed: a secret has no business among the keys of a counter.
    return id === undefined ? address : `${address} ${hash('sha256', id, 'base64url')}`;
  }

  /** The person is counted first, so that one who is refused does not use up the count of the others at the address. */
  function limits(perMinute: number, more: Pick<RequestLimit, 'skip' | 'refuse'> = {}): RequestHandler[] {
    const what = 'attempts to connect';
    const atOneAddress = perMinute * PEOPLE_AT_ONE_ADDRESS;
    return [
      limitRequests({ perMinute, what, keyOf: personOf, ...more }),
      limitRequests({ perMinute: atOneAddress, what, keyOf: clientAddress, ...more }),
    ];
  }

  function startsNothing(request: Request): boolean {
    const { searchParams } = new URL(request.originalUrl, publicUrl);
    const { referer = '' } = request.headers;
    return (
      searchParams.get('mode') !== 'redirect' || originOf(referer) !== originOf(searchParams.get('return_to'))
    );
  }

  /** Redirect mode is a navigation: a person reads the answer, not a script. */
  function showPage({ status, message, headers }: PublicError, response: Response): void {
    const advice = 'Go back to the website and press its connect button again.';
    response.set(headers);
    pages.message.send(response, { status, message: `${message} ${advice}` });
  }

  return {
    attempts: limits(connectsPerMinute),
    redirects: limits(connectsPerMinute, { skip: startsNothing, refuse: showPage }),
    exchanges: limits(connectsPerMinute * FINISHES_PER_START),
    mailbox: limitRequests({
      perMinute: connectsPerMinute * POLLS_PER_CONNECT,
      what: 'requests for the result of an attempt',
      keyOf: clientAddress,
    }),
  };
}

/** Undefined for what is no address. */
function originOf(address: string | null): string | undefined {
  return address !== null && URL.canParse(address) ? new URL(address).origin : undefined;
}
