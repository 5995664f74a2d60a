import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { MailboxDeposit } from '../contract.ts';
import { PublicError } from '../errors/public-error.ts';
import type { Service } from '../service.ts';
import { steadyNow } from '../session/steady-clock.ts';
import { attemptOf } from './attempt-of.ts';
import { openGrant } from './grant.ts';
import { parseBody } from './parse-body.ts';

const Body = z.strictObject({ grant: z.string().min(1).max(8_192) });

/**
 * `POST /mailbox/:attempt`: the callback page (a script of this server's own origin) leaves the grant of this attempt for its page. This is the
 * way round a provider whose `Cross-Origin-Opener-Policy` cut the popup off its opener. The mailbox lives in the store,
 * so that any process can serve either side.
 */
export function depositGrant({ configuration, guard, sealer, records }: Service): RequestHandler {
  return async (request, response) => {
    if (guard.check(request).origin !== configuration.publicUrl.origin) {
      throw new PublicError(
        403,
        'origin_not_allowed',
        'Only the callback page of this server can leave a grant.',
      );
    }
    const body: MailboxDeposit = parseBody(Body, request);
    const grant = openGrant(sealer, body.grant);
    if (grant === undefined || grant.attempt !== attemptOf(request) || grant.expires <= steadyNow()) {
      throw new PublicError(400, 'attempt_expired', 'This grant is not of this attempt, or it has expired.');
    }
    await records.put('mailbox', grant.attempt, body.grant, grant.expires);
    response.status(204).end();
  };
}
