import type { Request, RequestHandler, Response } from 'express';
import { assertAwayOffered } from '../away.ts';
import { PublicError } from '../http/errors.ts';
import { report, requestIdOf } from '../http/log.ts';
import { isPersonNavigation } from '../http/page-request.ts';
import { ALPACA } from '../providers.ts';
import { AttemptTerms } from '../schemas.ts';
import type { Service } from '../service.ts';
import type { Sealer } from '../session/sealer.ts';
import { authorizationUrl } from './alpaca-oauth.ts';
import { assertAttemptOffered, newAttempt } from './attempt.ts';
import { type Grant, newGrant, Refusal, sealGrant } from './grant.ts';
import { isDetour, isSameSite } from './same-site.ts';

const UNUSABLE =
  'This address cannot start a connection. Go back to the website and press its connect button. (Site owners: the page that it returns to has to be listed in RETURN_PAGES.)';
const BEGUN_ELSEWHERE =
  'This address works only from the connect button of its website. Go back there and press the button. If you just did, your browser or an extension hides which website you come from (the Referer header): allow it for that website.';

/**
 * `GET /launch?mode=redirect&return_to=…`: starts an attempt in the page's own tab. Browsers carry the grant in the fragment
 * through every further redirect, so it returns only to a page that the owner listed, compared like a redirect URI (RFC 9700
 * section 4.1.3), and only a page of that origin can begin. What the server refuses to offer is told on that page too.
 */
export function startRedirect(service: Service): RequestHandler {
  const { configuration, sealer, users, attemptCookies, pages, log } = service;
  const { publicUrl, returnPages } = configuration;

  return async (request, response, next) => {
    const { searchParams } = new URL(request.originalUrl, publicUrl);
    if (searchParams.get('mode') !== 'redirect') return next();
    const requestId = requestIdOf(response);
    const refuse = (reason: string, message: string) => {
      report(log, 'warn', { event: 'launch_refused', reason, requestId });
      pages.message.send(response, { status: 400, message });
    };

    const returnTo = searchParams.get('return_to') ?? '';
    if (!returnPages.includes(returnTo)) return refuse('page_not_listed', UNUSABLE);
    const page = new URL(returnTo);
    if (
      !isPersonNavigation(request) ||
      !beganAt(page.origin, request) ||
      isDetour(request, page, publicUrl)
    ) {
      return refuse('began_elsewhere', BEGUN_ELSEWHERE);
    }
    const terms = AttemptTerms.safeParse({
      provider: searchParams.get('provider') ?? undefined,
      environment: searchParams.get('environment'),
      scope: searchParams.get('scope') ?? undefined,
      away: daysOf(searchParams.get('away')),
      codeChallenge: searchParams.get('code_challenge'),
      disclosure: searchParams.get('disclosure') ?? undefined,
    });
    if (!terms.success) return refuse('bad_request', UNUSABLE);

    const { provider: id = ALPACA } = terms.data;
    const provider = configuration.providers.find((one) => one.id === id);
    if (provider === undefined) return refuse('bad_request', UNUSABLE);
    const sameSite = isSameSite(request);
    const attempt = newAttempt(configuration, { ...terms.data, origin: page.origin, sameSite });
    try {
      assertAttemptOffered(configuration, attempt);
      assertAwayOffered(service, terms.data.away);
      attempt.user = await users.require(request);
    } catch (error) {
      const refusal = refusalFrom(error);
      report(log, 'warn', { event: 'launch_refused', code: refusal.code, requestId });
      returnGrant(response, sealer, newGrant(attempt, { refusal }), returnTo);
      return;
    }
    try {
      attemptCookies.set(request, response, { ...attempt, returnTo });
    } catch (error) {
      if (!(error instanceof PublicError)) throw error;
      report(log, 'warn', { event: 'launch_refused', code: error.code, requestId });
      response.set(error.headers);
      pages.message.send(response, error);
      return;
    }
    report(log, 'info', {
      event: 'attempt_started',
      mode: 'redirect',
      provider: provider.id,
      requestId,
      origin: attempt.origin,
      disclosure: terms.data.disclosure,
    });
    seeOther(response, authorizationUrl(provider, attempt).href);
  };
}

/** Undefined where nothing is asked for. What is no number is refused with the other terms. */
function daysOf(text: string | null): number | undefined {
  return text === null ? undefined : Number(text);
}

/** The element sees to it that browsers send the Referer, whatever policy its page has. */
function beganAt(origin: string, request: Request): boolean {
  const { referer = '' } = request.headers;
  return URL.canParse(referer) && new URL(referer).origin === origin;
}

/** What the page may be told. An error of the server itself is no refusal, and is thrown on. */
function refusalFrom(error: unknown): Refusal {
  if (error instanceof PublicError && error.status < 500) {
    return Refusal.parse({ code: error.code, message: error.message });
  }
  throw error;
}

/**
 * Ends redirect mode: the tab goes back to its page with the grant in the fragment, which browsers send to no server and
 * in no referrer, but along every further redirect: `returnTo` is a page that the owner listed. Worth nothing without the code
 * verifier, which never left that page's tab, and on one site nothing in another browser.
 */
export function returnGrant(response: Response, sealer: Sealer, grant: Grant, returnTo: string): void {
  seeOther(response, `${returnTo}#alpaca-connect=${sealGrant(sealer, grant)}`);
}

/** Sends the browser on with a GET (RFC 9110 section 15.4.4), and tells the next site nothing about this one. */
function seeOther(response: Response, url: string): void {
  response.set({ Location: url, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
  response.status(303).end();
}
