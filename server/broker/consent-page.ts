import type { Response } from 'express';
import type { RegisteredClient } from './broker-api.ts';
import type { BrokerService } from './broker-service.ts';
import { review } from './messages/en.ts';
import { fillIn, sentences } from './messages/sentences.ts';
import { type BrokerAccount, type BrokerUser, basePath } from './options.ts';
import { type Html, html, sentence } from './page.ts';
import type { AuthorizationRequest } from './tickets.ts';

interface Consent {
  ticket: string;
  request: AuthorizationRequest;
  client: RegisteredClient;
  user: BrokerUser;
}

const LONGEST_NAME = 200;
const LONGEST_DESCRIPTION = 1_000;

/** Whether an app may be connected to this account, and if not, why. */
export function refusalOf(
  account: BrokerAccount,
  client: RegisteredClient,
): 'blocked' | 'realMoney' | undefined {
  if (!account.tradable) return 'blocked';
  const isReal = account.live !== false;
  return isReal && !client.live_trading_approved ? 'realMoney' : undefined;
}

/**
 * What an app says of itself, as text that cannot look like anything else: no characters that turn the direction of a line, that
 * are invisible or that break it, and not more of it than fits.
 */
export function plainText(text: string, longest: number): string {
  const visible = text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/gu, '')
    .trim();
  const characters = [...visible];
  return characters.length > longest ? `${characters.slice(0, longest).join('')}…` : visible;
}

export function clientName({ name, client_id }: RegisteredClient): string {
  return plainText(name, LONGEST_NAME) || client_id;
}

/** The host of an address on https, as browsers show it; empty for anything else. */
export function hostOf(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.host : '';
}

/** Asks the person. Everything on the page is what Alpaca, the broker and the request say; nothing of it is a script. */
export function sendConsentPage(service: BrokerService, response: Response, consent: Consent): void {
  const { pages, settings, tickets } = service;
  const { ticket, request, client, user } = consent;
  const { language } = request;
  const broker = settings.broker.name;
  const words = sentences(language).consent;
  const app = clientName(client);
  const names = { app: html`<bdi><strong>${app}</strong></bdi>`, broker: html`<bdi>${broker}</bdi>` };
  const path = basePath(settings.issuer);
  const description = plainText(client.description, LONGEST_DESCRIPTION);
  const host = hostOf(client.url);
  const isUnapproved = !client.live_trading_approved && user.accounts.some(({ live }) => live !== false);

  const body = html`<h1>${sentence(words.title, names)}${host === '' ? undefined : html` <small>(<bdi>${host}</bdi>)</small>`}</h1>
${description === '' ? undefined : html`<p class="muted">${sentence(words.says, names)}</p><blockquote><bdi>${description}</bdi></blockquote>`}
<h2>${sentence(words.may, names)}</h2>
<ul>${scopeSentences(service, request).map((text) => html`<li>${text}</li>`)}</ul>
<form method="post" action="${path}/authorize?lang=${language}">
<input type="hidden" name="ticket" value="${ticket}"><input type="hidden" name="csrf" value="${tickets.proof(consent)}">
<fieldset><legend>${words.account}</legend>${accountChoice(consent, names)}</fieldset>
${isUnapproved ? html`<p class="warning">${sentence(words.unapproved, names)}</p>` : undefined}
<p>${sentence(words.notice, names)}</p>
<p class="muted" lang="en" dir="ltr">${reviewText(client, app, broker)}</p>
${termsLinks(client, words, names)}
<p class="muted">${sentence(words.returns, { host: html`<bdi>${hostOf(request.redirectUri)}</bdi>` })}<br>
${sentence(words.signedIn, { user: html`<bdi>${user.name ?? user.id}</bdi>` })} <a href="${path}/authorize?ticket=${ticket}&amp;prompt=login">${words.other}</a></p>
<div class="choice"><button name="decision" value="deny" formnovalidate>${words.deny}</button><button name="decision" value="allow">${words.allow}</button></div>
</form>`;

  pages.send(response, {
    language,
    title: fillIn(words.title, { app, broker }),
    body,
    formTargets: formTargets(request.redirectUri),
  });
}

/**
 * Chromium applies `form-action` to every redirect that follows a form, and the app's own address may send the browser on, to
 * another host of the app. So all hosts on https may follow, or all ports of this machine where the app is on it.
 */
function formTargets(redirectUri: string): string[] {
  const { origin, protocol } = new URL(redirectUri);
  return protocol === 'https:' ? ['https:'] : [origin, 'http://localhost:*', 'http://127.0.0.1:*'];
}

function scopeSentences({ settings }: BrokerService, { scope, language }: AuthorizationRequest): string[] {
  const { read, trade } = sentences(language).consent;
  return scope.split(' ').flatMap((word) => {
    if (settings.scopeSentences === undefined) return [read, trade];
    const own: string | Readonly<Record<string, string | undefined>> | undefined =
      settings.scopeSentences[word];
    return typeof own === 'object' ? (own[language] ?? own['en'] ?? word) : (own ?? word);
  });
}

/** An account is chosen ahead of the person only when there is just one. The form knows accounts by their place in the list. */
function accountChoice({ user, client, request }: Consent, names: Readonly<Record<string, Html>>): Html[] {
  const words = sentences(request.language).consent;
  const open = user.accounts.filter((account) => refusalOf(account, client) === undefined);
  return user.accounts.map((account, index) => {
    const ending = fillIn(words.ending, { digits: account.number.slice(-4) });
    const refusal = refusalOf(account, client);
    if (refusal !== undefined) {
      const reason = sentence(words[refusal], { ...names, status: html`<bdi>${account.status}</bdi>` });
      return html`<div class="account muted"><span>${account.label} <small>${ending}</small><small>${reason}</small></span></div>`;
    }
    const chosen = open.length === 1 ? html` checked` : undefined;
    return html`<label><input type="radio" name="account" value="${String(index)}" required${chosen}><span>${account.label} <small>${ending}</small></span></label>`;
  });
}

function reviewText(client: RegisteredClient, app: string, broker: string): Html {
  const text = fillIn(review.text, { app, broker });
  const last = fillIn(review.link, { app });
  return client.url.startsWith('https://') && hostOf(client.url) !== ''
    ? html`${text}${link(client.url, last)}.`
    : html`${text}${last}.`;
}

function termsLinks(
  client: RegisteredClient,
  words: ReturnType<typeof sentences>['consent'],
  names: Readonly<Record<string, Html>>,
): Html | undefined {
  const rows = [
    [words.terms, client.terms_of_use],
    [words.privacy, client.privacy_policy],
  ] as const;
  const given = rows.filter(([, address]) => address.startsWith('https://') && hostOf(address) !== '');
  if (given.length === 0) return undefined;
  return html`<p>${given.map(([text, address]) => html`${sentence(text, names)} ${link(address, hostOf(address))}<br>`)}</p>`;
}

function link(address: string, text: string): Html {
  return html`<a href="${address}" target="_blank" rel="noopener noreferrer"><bdi>${text}</bdi></a>`;
}
