import type { Request, RequestHandler, Response } from 'express';
import { report, requestIdOf } from '../http/log.ts';
import { languageOf, Parameters } from './authorization-request.ts';
import { assertOwnForm } from './authorize.ts';
import type { BrokerService } from './broker-service.ts';
import { endFamilies } from './end-tokens.ts';
import { formOf } from './form.ts';
import type { Grant } from './grants.ts';
import type { Language } from './messages/languages.ts';
import { fillIn, sentences } from './messages/sentences.ts';
import { type BrokerUser, basePath } from './options.ts';
import { html, PageRefusal, sentence } from './page.ts';

/** `GET {issuer}/grants`: the apps that a person has connected. */
export function listGrants(service: BrokerService): RequestHandler {
  const { settings } = service;

  return async (request, response) => {
    const language = languageOfPage(request, settings.issuer);
    const user = await service.userOf(request);
    if (user === undefined) {
      response.set('Cache-Control', 'no-store');
      const returnTo = `${basePath(settings.issuer)}/grants`;
      await settings.signIn(request, response, { returnTo, prompt: undefined, lang: language });
      return;
    }
    sendGrants(service, response, { language, user, grants: await service.grants.of(user.id) });
  };
}

/** `POST {issuer}/grants/:id/revoke`: the person ends what an app has. */
export function revokeGrant(service: BrokerService): RequestHandler {
  const { settings, grants, tickets, log } = service;

  return async (request, response) => {
    assertOwnForm(request, settings.issuer);
    const user = await service.userOf(request);
    const id = String(request.params['id']);
    if (user === undefined || !tickets.provesEnding(formOf(request).get('csrf') ?? '', user.id, id)) {
      throw new PageRefusal(403, 'forbidden');
    }
    const language = languageOfPage(request, settings.issuer);
    const ended = await grants.end(user.id, id);
    if (ended === undefined) {
      sendGrants(service, response, { language, user, grants: await grants.of(user.id) });
      return;
    }
    const atAlpaca = await endFamilies(service, ended.families);
    const { clientId } = ended.grant;
    report(log, 'info', {
      event: 'broker_grant_ended',
      by: 'person',
      client: clientId,
      atAlpaca,
      requestId: requestIdOf(response),
    });
    await service.tell('onRevoke', ended.grant);
    const news = { app: ended.grant.clientName, atAlpaca };
    sendGrants(service, response, { language, user, grants: await grants.of(user.id), news });
  };
}

interface GrantsPage {
  language: Language;
  user: BrokerUser;
  grants: readonly Grant[];
  /** What was ended just now, and whether Alpaca confirmed it. */
  news?: { app: string; atAlpaca: boolean };
}

function sendGrants(
  service: BrokerService,
  response: Response,
  { language, user, grants, news }: GrantsPage,
): void {
  const { settings, pages, tickets } = service;
  const { grants: words, consent } = sentences(language);
  const broker = settings.broker.name;
  const title = fillIn(words.title, { broker });
  const path = basePath(settings.issuer);
  const date = (at: number) =>
    new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }).format(at);
  const rows = grants.toReversed().map((grant) => {
    const { id, clientName, clientHost, accountLabel, accountDigits, scope, since, lastExchange } = grant;
    const app = html`<bdi><strong>${clientName}</strong></bdi>`;
    return html`<li class="grant"><p>${app}${clientHost === '' ? undefined : html` <small>(<bdi>${clientHost}</bdi>)</small>`}</p>
<p class="muted"><bdi>${accountLabel}</bdi>, ${fillIn(consent.ending, { digits: accountDigits })} · <bdi>${scope}</bdi><br>${fillIn(words.since, { date: date(since) })}${
      lastExchange === undefined ? undefined : html` · ${fillIn(words.last, { date: date(lastExchange) })}`
    }</p>
<form method="post" action="${path}/grants/${id}/revoke?lang=${language}"><input type="hidden" name="csrf" value="${tickets.endingProof(user.id, id)}"><button aria-label="${fillIn(words.disconnectApp, { app: clientName })}">${words.disconnect}</button></form></li>`;
  });
  const said =
    news &&
    sentence(news.atAlpaca ? words.ended : words.notEnded, {
      app: html`<bdi>${news.app}</bdi>`,
      broker: html`<bdi>${broker}</bdi>`,
    });
  pages.send(response, {
    language,
    title,
    body: html`<h1>${title}</h1>${said && html`<p class="warning" role="status">${said}</p>`}${
      rows.length === 0 ? html`<p>${words.none}</p>` : html`<ul class="grants">${rows}</ul>`
    }<footer class="muted"><p>${fillIn(consent.signedIn, { user: user.name ?? user.id })}</p></footer>`,
  });
}

function languageOfPage(request: Request, issuer: string): Language {
  const { search } = new URL(request.originalUrl, issuer);
  return languageOf(new Parameters(search), request.get('Accept-Language'));
}
