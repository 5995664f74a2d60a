import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestHandler } from 'express';
import type { MailboxAnswer } from '../contract.ts';
import { PublicError } from '../errors/public-error.ts';
import { clientAddress } from '../guard/client-address.ts';
import { onceGone } from '../http/client-socket.ts';
import { InFlightLimit } from '../proxy/in-flight-limit.ts';
import type { Service } from '../service.ts';
import { attemptOf } from './attempt-of.ts';
import { type Grant, openGrant, provesGrant } from './grant.ts';

const VERIFIER = /^[\w.~-]{43,128}$/;
const PATIENCE = 25_000;
const LOOK_EVERY = 250;

/** Pages that wait at once. They need no session, so that nothing but the address tells them apart. */
const WAITING_PAGES = { connection: 64, person: 64, address: 64, total: 2_000, waiting: 0, present: 64 };

/**
 * `GET /mailbox/:attempt`: waits up to 25 s for the grant; 204 when none came. Whoever collects proves the attempt with
 * its code verifier in `X-Alpaca-Connect-Verifier`: a header, because it must not stand in a URL. Collecting uses nothing
 * up, because an answer can be lost on its way: the grant lies there until it expires.
 */
export function collectGrant({ guard, sealer, records, stopping }: Service): RequestHandler {
  const waitingPages = new InFlightLimit(WAITING_PAGES);

  return async (request, response) => {
    const { origin } = guard.check(request);
    const attempt = attemptOf(request);
    const codeVerifier = request.get('X-Alpaca-Connect-Verifier') ?? '';
    if (!VERIFIER.test(codeVerifier)) {
      throw new PublicError(
        400,
        'bad_request',
        'X-Alpaca-Connect-Verifier has to hold the code verifier of this attempt.',
      );
    }
    const address = clientAddress(request);
    onceGone(response, await waitingPages.enter({ connection: address, person: address, address }, response));
    const giveUp = performance.now() + PATIENCE;
    do {
      const sealed = (await records.read('mailbox', attempt))?.value;
      const grant = typeof sealed === 'string' ? openGrant(sealer, sealed) : undefined;
      if (typeof sealed === 'string' && grant) {
        prove(grant, origin, codeVerifier);
        response.json(answer(grant, sealed));
        return;
      }
      await sleep(LOOK_EVERY);
    } while (performance.now() < giveUp && !request.socket.destroyed && !stopping.signal.aborted);
    response.status(204).end();
  };
}

function prove(grant: Grant, origin: string, codeVerifier: string): void {
  if (grant.origin === origin && provesGrant(grant, codeVerifier)) return;
  throw new PublicError(
    403,
    'exchange_failed',
    'This grant belongs to another attempt. Press the connect button again.',
  );
}

function answer({ outcome }: Grant, sealed: string): MailboxAnswer {
  return 'code' in outcome
    ? { grant: sealed }
    : { error: outcome.refusal.code, message: outcome.refusal.message };
}
