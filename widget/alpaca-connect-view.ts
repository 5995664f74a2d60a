import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type {
  AwayPermission,
  Connection,
  ConnectionsAnswer,
  RequestedEnvironment,
} from '../server/contract.ts';
import type { ConnectState } from './events.ts';
import { review as reviewText } from './messages/en.ts';
import { fillIn, type Language, type Messages } from './messages/messages.ts';

/** What the person reads before the popup opens. */
interface Disclosure {
  title: string;
  /** The paragraph of Alpaca's review, in English, with a link behind it. */
  review?: { text: string; link: string; url: string };
  /** The integrator's own text, as paragraphs. */
  own: string[];
  intro: string;
  /** What the app will be able to do, one item per permission. */
  abilities: string[];
  /** Until when it will be able to do so while the person is away. */
  away?: string | undefined;
  notice: string;
  next: string;
}

/** All that the element's looks depend on. */
export interface ConnectViewModel {
  state: ConnectState;
  severed: boolean;
  /** The status has a line below the button, and keeps it, so that nothing below moves. */
  hasStatusLine: boolean;
  environment: RequestedEnvironment;
  /** Why the last thing failed, as a sentence. */
  error: string | undefined;
  /** The browser blocked the popup: where a link opens it, and whether this tab can go instead. */
  blocked: { href: string; canRedirect: boolean } | undefined;
  connections: readonly Connection[];
  /** What the app may do while the person is away. */
  away: readonly AwayPermission[];
  /** One of them has just been ended. */
  ended: boolean;
  /** The name of the broker partner that they are at. Undefined for Alpaca itself. */
  partner: string | undefined;
  /** Whether each account has a row of its own, and another can be added. */
  multiple: boolean;
  /** Whether there is room for another. */
  canAdd: boolean;
  disclosure: Disclosure | undefined;
  messages: Messages;
  /** Of the messages: what is around the element may be in another one. */
  language: Language;
}

/** What a person can do in it. */
interface ConnectViewActions {
  press(event: MouseEvent): void;
  follow(): void;
  redirect(): void;
  agree(event: MouseEvent): void;
  cancel(event: MouseEvent): void;
  closed(): void;
  /** All, or the one of this id. */
  disconnect(id?: string): void;
  /** Ends what the app may do while the person is away. */
  end(id: string): void;
}

/**
 * The element's shadow tree. The live region is always there, because one that comes with its text is not read out. Texts are set
 * as `textContent`: translators of pages replace the text nodes, and would leave the old text where Lit looks for its own nodes.
 */
export function connectView(model: ConnectViewModel, actions: ConnectViewActions): TemplateResult {
  const { state, hasStatusLine, messages, language, multiple, canAdd, connections } = model;
  const isConnected = state === 'connected';
  const hasButton = !isConnected || (multiple && canAdd);
  const cancellable = state === 'opening' || state === 'waiting';
  // Its place stays while what came out of the popup is exchanged.
  const held = state === 'finishing' && hasStatusLine;
  return html`
    ${multiple && connections.length > 0 ? listView(model, actions) : nothing}
    ${isConnected && !multiple ? connectedView(model, actions) : nothing}
    ${awayView(model, actions)}
    ${hasButton ? buttonView(model, actions) : nothing}
    ${
      cancellable || held
        ? html`<button class=${held ? 'quiet held' : 'quiet'} part="cancel" type="button" lang=${language} @click=${actions.cancel} .textContent=${messages.label.cancelWaiting}></button>`
        : nothing
    }
    <p class=${statusClass(model)} part="status" role="status" tabindex="-1" lang=${language} .textContent=${statusOf(model)}></p>
    ${blockedView(model, actions)}
    ${model.disclosure ? dialogView(model, model.disclosure, actions) : nothing}
  `;
}

function blockedView(
  model: ConnectViewModel,
  { follow, redirect }: ConnectViewActions,
): TemplateResult | typeof nothing {
  const {
    blocked,
    messages: { label },
    language,
  } = model;
  if (!blocked) return nothing;
  return html`
    <a part="link" lang=${language} href=${blocked.href} target="_blank" rel="opener" @click=${follow} .textContent=${label.open}></a>
    ${blocked.canRedirect ? html`<button class="quiet" part="redirect" type="button" lang=${language} @click=${redirect} .textContent=${label.redirect}></button>` : nothing}
  `;
}

function buttonView(model: ConnectViewModel, { press }: ConnectViewActions): TemplateResult {
  const { state, environment, messages, language } = model;
  const busy = state === 'loading' || state === 'finishing';
  return html`
    <button class=${state === 'loading' ? 'main late' : 'main'} part="button" type="button" lang=${language} aria-disabled=${busy} @click=${press}>
      <slot name="icon"></slot>
      ${labelView(model)}
      ${environment === 'live' ? badgeView(messages.account.live, 'live') : nothing}
    </button>
  `;
}

function labelView({ state, severed, messages: { label } }: ConnectViewModel): TemplateResult {
  const own = labelOf(state, severed, label);
  return own === undefined
    ? html`<slot name="label" .textContent=${label.connect}></slot>`
    : html`<span class="label" .textContent=${own}></span>`;
}

/** What the button says in place of its label. */
function labelOf(state: ConnectState, severed: boolean, label: Messages['label']): string | undefined {
  switch (state) {
    case 'opening':
    case 'waiting':
      return severed ? label.reopen : label.show;
    case 'finishing':
      return label.finishing;
    case 'connected':
      return label.add;
    case 'expired':
      return label.reconnect;
    case 'error':
      return label.retry;
    default:
      return undefined;
  }
}

/**
 * A row for each account. Its button is named after the account, too, as there are several that disconnect. No row is used again
 * for another account: a button that has the focus, or is about to be pressed, would disconnect that one.
 */
function listView(model: ConnectViewModel, { disconnect }: ConnectViewActions): TemplateResult {
  const { connections, language } = model;
  const rowOf = (connection: Connection, row: number) => html`
    <li class="connected">
      <div class="accounts" id=${`account-${row}`}>${accountView(connection, model)}</div>
      <button id=${`disconnect-${row}`} part="disconnect" type="button" aria-labelledby=${`disconnect-${row} account-${row}`} @click=${single(() => disconnect(connection.id))} .textContent=${model.messages.label.disconnect}></button>
    </li>
  `;
  return html`<ul class="list" role="list" lang=${language}>${connections.map((each, row) => keyed(each.id, rowOf(each, row)))}</ul>`;
}

/** A row for each account with which the app acts while the person is away: until when, and a button that ends it. */
function awayView(model: ConnectViewModel, { end }: ConnectViewActions): TemplateResult | typeof nothing {
  const { away, language } = model;
  const { label, account } = model.messages;
  if (away.length === 0) return nothing;
  const rowOf = (permission: AwayPermission, row: number) => html`
    <li class="connected">
      <div class="accounts" id=${`away-${row}`}>
        ${accountView(permission, model)}
        <span part="away" .textContent=${fillIn(account.away, { date: dateOf(permission.until, language) })}></span>
      </div>
      <button id=${`end-${row}`} part="end" type="button" aria-labelledby=${`end-${row} away-${row}`} @click=${single(() => end(permission.id))} .textContent=${label.end}></button>
    </li>
  `;
  return html`<ul class="list" role="list" lang=${language}>${away.map((each, row) => keyed(each.id, rowOf(each, row)))}</ul>`;
}

/** A day, as people of the language write it. */
export function dateOf(date: string | number, language: Language): string {
  return new Date(date).toLocaleDateString(language, { dateStyle: 'long' });
}

function connectedView(model: ConnectViewModel, { disconnect }: ConnectViewActions): TemplateResult {
  const { connections, messages, language } = model;
  return html`
    <div class="connected" lang=${language}>
      <div class="accounts">${connections.map((connection) => accountView(connection, model))}</div>
      <button part="disconnect" type="button" @click=${() => disconnect()} .textContent=${messages.label.disconnect}></button>
    </div>
  `;
}

type ShownAccount = Pick<Connection, 'environment' | 'account' | 'revokedAt'>;

/** Only the last four digits, if the number is known: whoever looks over the shoulder learns no account number. */
function accountView(connection: ShownAccount, { partner, messages }: ConnectViewModel): TemplateResult {
  const { account: text, cannotTrade } = messages;
  const { environment, account, revokedAt } = connection;
  const digits = account.number.slice(-4);
  return html`
    <span part="account">
      ${partner && html`<span .textContent=${partner}></span>`}
      ${digits === '' ? nothing : digitsView(digits, text)}
      ${badgeView(text[environment], environment)}
      ${revokedAt === undefined ? nothing : badgeView(text.revoked)}
      ${cannotTradeNow(connection) ? badgeView(cannotTrade[reasonOf(account.status)], 'failed') : nothing}
    </span>
  `;
}

function digitsView(digits: string, { ending }: Messages['account']): TemplateResult {
  return html`
    <span aria-hidden="true" .textContent=${`•••• ${digits}`}></span>
    <span class="unseen" .textContent=${fillIn(ending, { digits })}></span>
  `;
}

/** Of a connection that has ended, what the account could do is no longer of interest. */
function cannotTradeNow({ account, revokedAt }: ShownAccount): boolean {
  return account.tradingBlocked && revokedAt === undefined;
}

/** Why an account cannot trade, by the words in Alpaca's status. One that is active and cannot is blocked. */
function reasonOf(status: string): keyof Messages['cannotTrade'] {
  if (/CLOSED/.test(status)) return 'closed';
  if (/SUBMITTED|APPROV|UPDATED|ONBOARDING/.test(status)) return 'pending';
  return status === 'ACTIVE' ? 'blocked' : 'inactive';
}

function badgeView(text: string, kind = ''): TemplateResult {
  return html`<span class=${`badge ${kind}`} .textContent=${text}></span>`;
}

function statusOf({ state, error, ended, connections, multiple, messages }: ConnectViewModel): string {
  const { status, cannotTrade } = messages;
  if (error !== undefined) return error;
  if (ended) return status.ended;
  if (state === 'connected' && connections.some(cannotTradeNow)) return cannotTrade.status;
  // It changes with every account, so that it is read out.
  if (state === 'connected' && multiple)
    return fillIn(status.accounts, { count: String(connections.length) });
  return Object.hasOwn(status, state) ? status[state as keyof typeof status] : '';
}

function statusClass({ state, hasStatusLine, error, ended, connections }: ConnectViewModel): string {
  if (error !== undefined) return 'failed';
  // Account and button say it to the eye already, unless there is more to say.
  const isSaid = state === 'finishing' || (state === 'connected' && !connections.some(cannotTradeNow));
  return isSaid && !hasStatusLine && !ended ? 'unseen' : '';
}

function dialogView(
  { environment, messages: { label }, language }: ConnectViewModel,
  disclosure: Disclosure,
  { agree, cancel, closed }: ConnectViewActions,
): TemplateResult {
  const { review, title } = disclosure;
  return html`
    <dialog
      class=${environment === 'paper' ? '' : 'money'}
      part="dialog"
      lang=${language}
      aria-labelledby="title"
      @close=${closed}
    >
      <h2 id="title" lang=${review ? 'en' : language} dir=${review ? 'ltr' : nothing} tabindex="-1" autofocus .textContent=${title}></h2>
      ${disclosureView(disclosure)}
      <div class="choice">
        <button class="quiet" type="button" @click=${cancel} .textContent=${review ? label.deny : label.cancel}></button>
        <button class="main" type="button" @click=${agree} .textContent=${review ? label.allow : label.continue}></button>
      </div>
    </dialog>
  `;
}

function disclosureView({ review, own, intro, abilities, away, notice, next }: Disclosure): TemplateResult {
  return html`
    <slot name="disclosure">${
      review
        ? html`<p lang="en" dir="ltr">${review.text}${linkView(review.url, review.link)}.</p>`
        : own.map((paragraph) => html`<p dir="auto">${withLinks(paragraph)}</p>`)
    }</slot>
    <p .textContent=${intro}></p>
    <ul>${abilities.map((ability) => html`<li .textContent=${ability}></li>`)}</ul>
    ${away && html`<p .textContent=${away}></p>`}
    <p .textContent=${notice}></p>
    <p class="muted" .textContent=${next}></p>
  `;
}

function linkView(url: string, text = url): TemplateResult {
  return html`<a href=${url} target="_blank" rel="noopener noreferrer">${text}</a>`;
}

/** The text with its https addresses as links. The sentence's own punctuation behind one is not part of it. */
function withLinks(text: string): (string | TemplateResult)[] {
  return text
    .split(/(https:\/\/[^\s<>"]*(?:[^\s<>"\p{P}]|\/))/u)
    .map((part, index) => (index % 2 === 1 ? linkView(part) : part));
}

/** What the person reads in this dialog, from its title to its buttons, in one line: title, paragraphs and items, each behind a space. */
export function disclosedText(dialog: HTMLDialogElement): string {
  return [...dialog.querySelectorAll('h2, slot, dialog > p, li')]
    .flatMap((part) => (part instanceof HTMLSlotElement ? part.assignedElements({ flatten: true }) : part))
    .map(({ textContent }) => textContent)
    .join(' ')
    .replace(/\s+/g, ' ');
}

/** What the disclosure is about. */
interface DisclosureTerms extends Pick<ConnectionsAnswer, 'app' | 'disclosure' | 'appUrl'> {
  /** The scopes that a page may ask for. */
  scopes: readonly string[];
  /** Whether the person connects through a broker partner of Alpaca. */
  partner?: boolean;
  /** The day until which the app asks to act while the person is away. */
  until?: string | undefined;
}

/** Composes the disclosure for what is about to be asked: `scope` as the element asks for it, or all that the server offers; `way` is how the person gets to Alpaca. */
export function disclosureOf(
  { disclosure: text, scope: known }: Messages,
  { app, scopes, disclosure, appUrl, partner, until }: DisclosureTerms,
  environment: RequestedEnvironment,
  scope = scopes.join(' '),
  way: 'popup' | 'redirect' = 'popup',
  isReview = disclosure === 'review',
): Disclosure {
  const fill = (sentence: string) => fillIn(sentence, { app });
  const abilityOf = (one: string) =>
    Object.hasOwn(known, one) ? known[one as keyof typeof known] : fillIn(text.otherScope, { scope: one });
  return {
    title: fill(isReview ? reviewText.title : text.title),
    ...(isReview && {
      review: { text: fill(reviewText.text), link: fill(reviewText.link), url: appUrl ?? '' },
    }),
    own: disclosure?.split(/\n\s*\n/) ?? [],
    intro: fill(text[environment]),
    abilities: [text.read, ...scope.split(' ').filter(Boolean).map(abilityOf)],
    away: until && fillIn(text.away, { app, date: until }),
    notice: fill(partner ? text.partner : text.notice),
    next: way === 'popup' ? text.next : text.here,
  };
}

/** Not for the second click of a double click: the first one may have opened a dialog under the pointer, closed one, or moved the rows. */
export function single(act: () => void): (event: MouseEvent) => void {
  return ({ detail }) => {
    if (detail < 2) act();
  };
}
