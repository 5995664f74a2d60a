import { hash, randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { ConnectedAccount, Environment, ExchangeRequest } from '../contract.ts';
import { PublicError } from '../errors/public-error.ts';
import { requestIdOf } from '../log/name-request.ts';
import { report } from '../log/report.ts';
import type { Service } from '../service.ts';
import { steadyNow } from '../session/steady-clock.ts';
import { publicConnection, type StoredConnection } from '../session/stored-connection.ts';
import { findAccounts } from './find-accounts.ts';
import { type Grant, openGrant, provesGrant } from './grant.ts';
import { enforceLiveRule, offeredEnvironments } from './live-trading-rule.ts';
import { parseBody } from './parse-body.ts';
import { isInvalidGrant, requestToken, type Token, type TokenRequest } from './request-token.ts';

const Body = z.strictObject({
  code: z.string().min(1).max(8_192),
  /** RFC 7636 section 4.1. */
  codeVerifier: z.string().regex(/^[\w.~-]{43,128}$/),
});

/**
 * `POST /connections`: the page trades its grant for a connection. Every check comes before the token call, the token call
 * happens once per attempt, and nothing is stored unless everything succeeded.
 */
export function exchangeGrant({
  configuration,
  guard,
  sealer,
  records,
  sessions,
  users,
  attemptCookies,
  tradeUpdates,
  hooks,
  log,
}: Service): RequestHandler {
  return async (request, response) => {
    const caller = guard.check(request);
    const body: ExchangeRequest = parseBody(Body, request);
    const user = await users.require(request);
    const grant = acceptGrant(openGrant(sealer, body.code), caller.origin, body.codeVerifier);
    if (grant.user !== user) throw startedBySomebodyElse();
    const code = codeOf(grant);
    if (grant.sameSite && !attemptCookies.read(request, grant.state)) throw await withoutCookie(grant);
    const environments = offeredEnvironments(configuration, grant.environment);
    sessions.assertCookieCanBeSet(request);
    await claimTokenCall(grant, code);

    const token = await callForToken(grant, { ...grant, code, codeVerifier: body.codeVerifier });
    const accounts = await findAccounts(configuration, environments, token.accessToken);
    const live = accounts.get('live');
    if (live) enforceLiveRule(configuration, live);
    const connections = newConnections(accounts, token, user);
    const [first] = connections;
    if (first === undefined) throw noAccount(grant);

    const { crossSite } = caller;
    const replaced = await sessions.establish(request, connections, { crossSite });
    attemptCookies.forget(response, grant.state);
    for (const { id } of replaced) tradeUpdates.end(id);
    report(log, 'info', {
      event: 'connected',
      requestId: requestIdOf(response),
      environments: connections.map((connection) => connection.environment),
      origin: caller.origin,
    });
    // In this order: an app that keeps one row for a person and environment would delete the new one.
    await hooks.ended(replaced, 'replaced');
    await hooks.connected(connections);
    // With `both` this is the paper connection, or the only one; GET /connections lists all.
    response.status(201).json(publicConnection(first));
  };

  /**
   * One attempt, one token call, however many grants it got, posts arrive at once, and servers there are. A provider that
   * redirects twice may have made the first of its two codes void: after that, one other code of the attempt may be tried.
   */
  async function claimTokenCall({ attempt, attemptEnds }: Grant, code: string): Promise<void> {
    if (await records.claim('grant', attempt, attemptEnds)) return;
    const refused = (await records.read('grant', refusedCode(attempt)))?.value;
    const isOther = refused !== undefined && refused !== hash('sha256', code);
    if (isOther && (await records.claim('grant', `${attempt}:second`, attemptEnds))) return;
    throw alreadyCompleted();
  }

  /** The browser of a completed attempt has forgotten its cookie too. */
  async function withoutCookie({ attempt }: Grant): Promise<PublicError> {
    return (await records.read('grant', attempt)) ? alreadyCompleted() : startedInAnotherBrowser();
  }

  /** Asks Alpaca, and remembers which code it did not know. */
  async function callForToken({ attempt, attemptEnds }: Grant, wanted: TokenRequest): Promise<Token> {
    try {
      return await requestToken(configuration, wanted);
    } catch (error) {
      if (isInvalidGrant(error)) {
        await records.put('grant', refusedCode(attempt), hash('sha256', wanted.code), attemptEnds);
      }
      throw error;
    }
  }
}

function alreadyCompleted(): PublicError {
  return new PublicError(
    409,
    'exchange_failed',
    'This connection was already completed. Nothing was connected twice. Reload the page; if it shows no account, connect again.',
  );
}

function refusedCode(attempt: string): string {
  return `${attempt}:refused`;
}

/** Only the page that started the attempt, at its own origin and with its own verifier, may use the grant. */
function acceptGrant(grant: Grant | undefined, origin: string, codeVerifier: string): Grant {
  if (grant === undefined) {
    throw new PublicError(
      400,
      'exchange_failed',
      'This is not a grant of this server. Press the connect button again.',
    );
  }
  if (grant.origin !== origin) {
    throw new PublicError(
      403,
      'origin_not_allowed',
      'This grant belongs to a page of another site. Press the connect button again.',
    );
  }
  if (!provesGrant(grant, codeVerifier)) {
    throw new PublicError(
      403,
      'exchange_failed',
      'This grant belongs to another attempt. Press the connect button again.',
    );
  }
  if (grant.expires <= steadyNow()) {
    throw new PublicError(
      410,
      'attempt_expired',
      'This attempt took too long and has expired. Press the connect button again.',
    );
  }
  return grant;
}

/**
 * A grant that somebody carried elsewhere. Or a browser without cookies for this site, which would not keep the session
 * either: a page in a frame of another site is in the same place.
 */
function startedInAnotherBrowser(): PublicError {
  return new PublicError(
    403,
    'cookies_blocked',
    'This connection was started in another browser, or this one sends no cookies from this page. Nothing was connected. Allow cookies for this site, open the page in a tab of its own, and press the connect button again.',
  );
}

/** "Cross-user session fixation" of the RFC 9700 update: PKCE and a sealed cookie cannot see who signed out in between. */
function startedBySomebodyElse(): PublicError {
  return new PublicError(
    403,
    'exchange_failed',
    'This connection was started by somebody who is no longer signed in here. Nothing was connected. Press the connect button again.',
  );
}

function codeOf({ outcome }: Grant): string {
  if ('code' in outcome) return outcome.code;
  throw new PublicError(403, outcome.refusal.code, outcome.refusal.message);
}

function newConnections(
  accounts: Map<Environment, ConnectedAccount>,
  token: Token,
  user: string | undefined,
): StoredConnection[] {
  const connectedAt = new Date().toISOString();
  return [...accounts].map(([environment, account]) => ({
    id: randomUUID(),
    user,
    environment,
    account,
    scope: token.scope,
    connectedAt,
    accessToken: token.accessToken,
  }));
}

function noAccount({ environment }: Grant): PublicError {
  const wanted = environment === 'both' ? 'an account' : `a ${environment} account`;
  return new PublicError(
    502,
    'exchange_failed',
    `Alpaca did not give access to ${wanted}. Nothing was connected. Connect again and choose ${wanted} at Alpaca.`,
  );
}
