import { randomUUID } from 'node:crypto';
import { type Request, type RequestHandler, type Response, Router, urlencoded } from 'express';
import type { Control } from '../control/control.ts';
import type { CoveredAccounts } from './access-tokens.ts';
import type { AuthorizationCodes } from './authorization-codes.ts';
import { type AuthorizationRequest, readAuthorizationRequest } from './authorization-request.ts';
import type { Client } from './client.ts';
import { type AccountChoice, consentPage } from './consent-page.ts';
import { ExpiringMap } from './expiring-map.ts';
import { html } from './html.ts';
import { sendPage } from './page.ts';

/** How long the consent page waits for the person, in milliseconds. */
const PATIENCE = 10 * 60_000;

/**
 * `GET /oauth/authorize` asks the person, `POST` takes the decision. The request waits on the server under a ticket that
 * only this page knows, so the form can neither change the app nor where the code goes, nor be posted by another site.
 */
export function authorizeRoute(
  clients: readonly Client[],
  accounts: readonly AccountChoice[],
  codes: AuthorizationCodes,
  control: Pick<Control, 'coop'>,
): Router {
  const waiting = new ExpiringMap<AuthorizationRequest>(PATIENCE);
  const router = Router();
  router.use('/authorize', sendCoop(control));

  router.get('/authorize', (request, response) => {
    const query = new URL(request.originalUrl, 'http://simulator.invalid').searchParams;
    const read = readAuthorizationRequest(query, clients);
    if (read.kind === 'refused') return refuse(response, read.reason);
    if (read.kind === 'faulty') {
      const { redirectUri, state, error, description } = read;
      return sendBack(response, redirectUri, { error, error_description: description, state });
    }
    ask(response, read.request);
  });

  router.post('/authorize', urlencoded({ extended: false }), (request, response) => {
    const form: Record<string, unknown> = request.body ?? {};
    const asked = waiting.take(String(form['ticket']));
    if (asked === undefined) return refuse(response, 'This page was used already, or waited too long.');
    const { redirectUri, state } = asked;
    if (form['decision'] !== 'allow') {
      const refusal = { error: 'access_denied', error_description: 'The person denied the request.' };
      return sendBack(response, redirectUri, { ...refusal, state });
    }
    const chosen = chosenAccounts(form, asked, accounts);
    if (Object.keys(chosen).length === 0) return ask(response, asked, 'Choose at least one account.');
    sendBack(response, redirectUri, { code: codes.issue(asked, chosen), state });
  });

  function ask(response: Response, request: AuthorizationRequest, problem?: string): void {
    const ticket = randomUUID();
    waiting.set(ticket, request);
    sendPage(response, 200, 'Connect an app', consentPage(request, accounts, ticket, problem));
  }

  return router;
}

/** On redirects too: browsers honour the header there, and cut the popup from its opener. */
function sendCoop(control: Pick<Control, 'coop'>): RequestHandler {
  return function sendCoopHeader(_request: Request, response, next) {
    response.set('Cross-Origin-Opener-Policy', control.coop);
    next();
  };
}

/** Alpaca's own error page. There is no way on from here, and no redirect. */
function refuse(response: Response, reason: string): void {
  sendPage(
    response,
    400,
    'Cannot connect',
    html`<h1>Cannot connect this app</h1><p role="alert">${reason}</p><p>Close this window and start again in the app.</p>`,
  );
}

function sendBack(response: Response, redirectUri: string, answer: Record<string, string | undefined>): void {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) {
    if (value !== undefined) url.searchParams.append(name, value);
  }
  response.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' }).redirect(303, url.href);
}

/** Only accounts that exist, in environments that were asked for. */
function chosenAccounts(
  form: Record<string, unknown>,
  { environments }: AuthorizationRequest,
  accounts: readonly AccountChoice[],
): CoveredAccounts {
  const chosen: CoveredAccounts = {};
  for (const environment of environments) {
    const account = accounts.find(
      ({ id, ...rest }) => id === form[environment] && rest.environment === environment,
    );
    if (account !== undefined) chosen[environment] = account.id;
  }
  return chosen;
}
