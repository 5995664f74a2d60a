/**
 * How a person allows an app to use an account, in three requests: the app sends the browser to `GET /authorize`; whoever is not
 * signed in goes to the broker's own sign-in and comes back with a ticket; the page asks, and its form is answered by
 * `POST /authorize`, which sends the browser back to the app with a code.
 */
import type { Request, RequestHandler, Response } from 'express';
import { report, requestIdOf } from '../http/log.ts';
import {
  assertRegistered,
  languageOf,
  offeredScopes,
  Parameters,
  RedirectedError,
  type Returnable,
  readAuthorizationRequest,
  readReturnable,
  returnAddress,
} from './authorization-request.ts';
import { BrokerApiError, type RegisteredClient } from './broker-api.ts';
import type { BrokerService } from './broker-service.ts';
import { clientName, hostOf, plainText, refusalOf, sendConsentPage } from './consent-page.ts';
import { formOf } from './form.ts';
import type { GrantTerms } from './grants.ts';
import type { Language } from './messages/languages.ts';
import { type BrokerAccount, type BrokerUser, basePath } from './options.ts';
import { PageRefusal } from './page.ts';
import type { AuthorizationRequest } from './tickets.ts';

/** `GET {issuer}/authorize`: the app's request, or its ticket on the way back from sign-in. */
export function startAuthorization(service: BrokerService): RequestHandler {
  const { settings, tickets } = service;

  return async (request, response) => {
    const { search } = new URL(request.originalUrl, settings.issuer);
    const parameters = new Parameters(search);
    const ticket = parameters.get('ticket');
    if (ticket !== undefined) return resume(request, response, ticket, parameters.get('prompt') === 'login');

    const returnable = readReturnable(search);
    const language = languageOf(returnable.parameters, request.get('Accept-Language'));
    const scope = returnable.parameters.get('scope') ?? offeredScopes(settings, returnable.clientId)[0] ?? '';
    const client = await registeredClient(service, { ...returnable, scope, fresh: false });
    await answerApp(service, response, returnable, async () => {
      const asked = readAuthorizationRequest(returnable, settings, language);
      const user = await service.userOf(request);
      if (asked.prompts.includes('none')) {
        return issueSilently(service, response, { request: asked.request, client, user });
      }
      const issued = await tickets.issue(asked.request);
      const wantsLogin = asked.prompts.includes('login');
      if (user === undefined || wantsLogin) {
        return signIn(service, request, response, { ticket: issued, wantsLogin, language });
      }
      ask(service, response, { ticket: issued, request: asked.request, client, user });
    });
  };

  async function resume(request: Request, response: Response, ticket: string, wantsLogin: boolean) {
    const asked = await tickets.read(ticket);
    if (asked === undefined) throw new PageRefusal(400, 'spent');
    const client = await registeredClient(service, { ...asked, fresh: false });
    await answerApp(service, response, asked, async () => {
      const user = await service.userOf(request);
      if (user === undefined || wantsLogin) {
        return signIn(service, request, response, { ticket, wantsLogin, language: asked.language });
      }
      ask(service, response, { ticket, request: asked, client, user });
    });
  }
}

/** `POST {issuer}/authorize`: the answer of the person whom the page asked. */
export function decideAuthorization(service: BrokerService): RequestHandler {
  const { settings, tickets, log } = service;

  return async (request, response) => {
    const form = formOf(request);
    const ticket = form.get('ticket') ?? '';
    const asked = await tickets.read(ticket);
    if (asked === undefined) throw new PageRefusal(400, 'spent');
    assertOwnForm(request, settings.issuer);
    const user = await service.userOf(request);
    if (user === undefined || !tickets.proves(form.get('csrf') ?? '', { ticket, request: asked, user })) {
      throw new PageRefusal(403, 'forbidden');
    }
    // Asked anew: Alpaca may have switched the app off since the page was sent.
    const client = await registeredClient(service, { ...asked, fresh: true });
    const decision = form.get('decision');
    const account = user.accounts[Number(/^\d{1,4}$/.exec(form.get('account') ?? '')?.[0] ?? 'NaN')];
    if (decision === 'allow' && (account === undefined || refusalOf(account, client) !== undefined)) {
      throw new PageRefusal(400, 'noAccount', {
        again: `${basePath(settings.issuer)}/authorize?ticket=${ticket}`,
      });
    }
    if (!(await tickets.decide(ticket))) throw new PageRefusal(400, 'spent');
    await answerApp(service, response, asked, async () => {
      if (decision !== 'allow' || account === undefined) {
        report(log, 'info', {
          event: 'broker_consent_denied',
          requestId: requestIdOf(response),
          client: client.client_id,
        });
        throw new RedirectedError('access_denied', 'The person did not allow it.');
      }
      await issue(service, response, { request: asked, client, user, account });
    });
  };
}

/** An app that exists, is switched on and owns the redirect URI. @throws PageRefusal */
async function registeredClient(
  { api }: BrokerService,
  {
    clientId,
    redirectUri,
    scope,
    fresh,
  }: { clientId: string; redirectUri: string; scope: string; fresh: boolean },
): Promise<RegisteredClient> {
  const client = await api.client(clientId, { redirectUri, scope, fresh });
  assertRegistered(client, redirectUri);
  return client;
}

/** Does something for an app that was verified, so that what goes wrong is told to the app. */
async function answerApp(
  { settings, log }: BrokerService,
  response: Response,
  app: Returnable,
  work: () => void | Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof RedirectedError)) throw error;
    const { code, message } = error;
    if (code !== 'access_denied') {
      const line = {
        event: 'broker_request_refused',
        code,
        client: app.clientId,
        requestId: requestIdOf(response),
      } as const;
      report(log, 'warn', { ...line, ...(error.cause === undefined ? {} : { error: error.cause }) }, message);
    }
    goTo(response, returnAddress(app, settings.issuer, { error: code, error_description: message }));
  }
}

/** With 303, no browser sends the form on (RFC 9700 section 4.12). */
function goTo(response: Response, address: string): void {
  response.set({ Location: address, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
  response.status(303).end();
}

async function signIn(
  { settings }: BrokerService,
  request: Request,
  response: Response,
  { ticket, wantsLogin, language }: { ticket: string; wantsLogin: boolean; language: Language },
): Promise<void> {
  response.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
  await settings.signIn(request, response, {
    returnTo: `${basePath(settings.issuer)}/authorize?ticket=${ticket}`,
    prompt: wantsLogin ? 'login' : undefined,
    lang: language,
  });
}

interface Asked {
  request: AuthorizationRequest;
  client: RegisteredClient;
  user: BrokerUser;
}

/** @throws RedirectedError `unauthorized_client` when there is nothing that the person could allow. */
function ask(service: BrokerService, response: Response, asked: Asked & { ticket: string }): void {
  const { client, user } = asked;
  if (!user.accounts.some((account) => refusalOf(account, client) === undefined)) {
    throw new RedirectedError(
      'unauthorized_client',
      'The person has no account that this app may be connected to.',
    );
  }
  const requestId = requestIdOf(response);
  report(service.log, 'info', { event: 'broker_consent_shown', client: client.client_id, requestId });
  sendConsentPage(service, response, asked);
}

/** `prompt=none`: what the person allowed before, and still could, is allowed without a page. @throws RedirectedError */
async function issueSilently(
  service: BrokerService,
  response: Response,
  { request, client, user }: Omit<Asked, 'user'> & { user: BrokerUser | undefined },
): Promise<void> {
  if (user === undefined) throw new RedirectedError('login_required', 'Nobody is signed in.');
  const grants = await service.grants.of(user.id);
  const wanted = request.scope.split(' ');
  const allowed = grants.filter(
    ({ clientId, scope }) =>
      clientId === request.clientId && wanted.every((word) => scope.split(' ').includes(word)),
  );
  const accounts = user.accounts.filter(
    (each) => allowed.some(({ accountId }) => accountId === each.id) && refusalOf(each, client) === undefined,
  );
  const [account, ...others] = accounts;
  if (account === undefined || others.length > 0) {
    throw new RedirectedError('consent_required', 'The person has to be asked.');
  }
  await issue(service, response, { request, client, user, account });
}

/** Sends the browser back with a code. @throws RedirectedError */
async function issue(
  service: BrokerService,
  response: Response,
  { request, client, user, account }: Asked & { account: BrokerAccount },
): Promise<void> {
  const { settings, log, codes } = service;
  const terms: GrantTerms = {
    user: user.id,
    clientId: request.clientId,
    clientName: clientName(client),
    clientHost: hostOf(client.url),
    accountId: account.id,
    accountLabel: plainText(account.label, 200),
    accountDigits: account.number.slice(-4),
    scope: request.scope,
  };
  const options = settings.clients[request.clientId];
  const code =
    options?.codes === 'alpaca'
      ? await issueAtAlpaca(service, terms, request.redirectUri, options.secretFile ?? '')
      : await codes.issue({ ...terms, redirectUri: request.redirectUri, challenge: request.challenge });
  report(log, 'info', {
    event: 'broker_code_issued',
    client: client.client_id,
    requestId: requestIdOf(response),
  });
  goTo(response, returnAddress(request, settings.issuer, { code }));
}

async function issueAtAlpaca(
  service: BrokerService,
  terms: GrantTerms,
  redirectUri: string,
  clientSecret: string,
): Promise<string> {
  const { clientId, accountId, scope } = terms;
  try {
    const code = await service.api.issueCode({ clientId, clientSecret, redirectUri, scope, accountId });
    const { grant } = await service.grants.add(terms, undefined);
    await service.tell('onGrant', grant);
    return code;
  } catch (error) {
    if (!(error instanceof BrokerApiError)) throw error;
    if (error.code === 'invalid')
      throw new RedirectedError('invalid_scope', 'Alpaca refused the scope.', error);
    if (error.code === 'refused') throw new RedirectedError('server_error', 'Alpaca refused the app.', error);
    throw new RedirectedError('temporarily_unavailable', 'Alpaca does not answer. Try again later.', error);
  }
}

/**
 * Asserts that our own page sent the form (RFC 9700 section 4.7; OWASP, Fetch Metadata). Browsers send `Origin` with every POST.
 * @throws PageRefusal
 */
export function assertOwnForm({ headers }: Pick<Request, 'headers'>, issuer: string): void {
  const site = headers['sec-fetch-site'] ?? 'same-origin';
  if (headers.origin !== new URL(issuer).origin || site !== 'same-origin')
    throw new PageRefusal(403, 'forbidden');
}
