import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, RequestHandler } from 'express';
import type { MailboxAnswer } from '../contract.ts';
import { clientAddress } from '../http/client-address.ts';
import { onceGone } from '../http/client-socket.ts';
import { PublicError } from '../http/errors.ts';
import { assertOwnPage, callerOf, parseBody } from '../http/page-request.ts';
import { Places } from '../proxy/places.ts';
import { CodeVerifier, MailboxDeposit } from '../schemas.ts';
import type { Service } from '../service.ts';
import { steadyNow } from '../session/steady-clock.ts';
import { isAttemptId } from './attempt.ts';
import { type Grant, openGrant, provesGrant } from './grant.ts';
import { grantOfAnotherAttempt } from './refusals.ts';

/**
 * `POST /mailbox/:attempt`: the callback page, a script of this server's own origin, leaves the grant of this attempt for
 * the page that started it. That is how a grant gets there when a provider's `Cross-Origin-Opener-Policy` has cut the popup
 * off from its opener. The mailbox lives in the store, so that any process can serve either side.
 */
export function depositGrant({ configuration, sealer, records }: Service): RequestHandler {
  return async (request, response) => {
    assertOwnPage(request, configuration);
    const body = parseBody(MailboxDeposit, request);
    const grant = openGrant(sealer, body.grant);
    if (grant === undefined || grant.attempt !== attemptOf(request) || grant.expires <= steadyNow()) {
      throw new PublicError(400, 'attempt_expired', 'This grant is not of this attempt, or it has expired.');
    }
    await records.put('mailbox', grant.attempt, body.grant, grant.expires);
    response.status(204).end();
  };
}

/** How long a page waits for an answer. Milliseconds. */
const PATIENCE = 25_000;
/** How often the mailbox is looked into meanwhile. Milliseconds. */
const LOOK_EVERY = 250;

/** Pages that wait at once. They need no session, so that nothing but the address tells them apart. */
const WAITING_PAGES = { connection: 64, person: 64, address: 64, total: 2_000, waiting: 0, present: 64 };

/**
 * `GET /mailbox/:attempt`: waits up to 25 s for the grant; 204 when none came. The page that collects it proves the attempt
 * with its code verifier in `X-Alpaca-Connect-Verifier`: a header, because it must not stand in a URL. Collecting uses
 * nothing up, because an answer can be lost on its way: the grant lies there until it expires.
 */
export function collectGrant({ sealer, records, stopping }: Service): RequestHandler {
  const waitingPages = new Places(WAITING_PAGES);

  return async (request, response) => {
    const { origin } = callerOf(request);
    const attempt = attemptOf(request);
    const codeVerifier = codeVerifierOf(request);
    const address = clientAddress(request);
    onceGone(response, await waitingPages.enter({ connection: address, person: address, address }, response));
    const giveUp = performance.now() + PATIENCE;
    do {
      const sealed = (await records.read('mailbox', attempt))?.value;
      const grant = typeof sealed === 'string' ? openGrant(sealer, sealed) : undefined;
      if (typeof sealed === 'string' && grant) {
        const isOwn = grant.origin === origin && provesGrant(grant, codeVerifier);
        if (!isOwn) throw grantOfAnotherAttempt();
        response.json(mailboxAnswer(grant, sealed));
        return;
      }
      await sleep(LOOK_EVERY);
    } while (performance.now() < giveUp && !request.socket.destroyed && !stopping.signal.aborted);
    response.status(204).end();
  };
}

function codeVerifierOf(request: Request): string {
  const { success, data } = CodeVerifier.safeParse(request.get('X-Alpaca-Connect-Verifier'));
  if (success) return data;
  throw new PublicError(
    400,
    'bad_request',
    'X-Alpaca-Connect-Verifier has to hold the code verifier of this attempt.',
  );
}

function mailboxAnswer({ outcome }: Grant, sealed: string): MailboxAnswer {
  return 'code' in outcome
    ? { grant: sealed }
    : { error: outcome.refusal.code, message: outcome.refusal.message };
}

/** The `:attempt` of a mailbox route. */
function attemptOf(request: Request): string {
  const attempt = request.params['attempt'];
  if (typeof attempt === 'string' && isAttemptId(attempt)) return attempt;
  throw new PublicError(400, 'bad_request', 'The mailbox has to be named by its attempt.');
}
