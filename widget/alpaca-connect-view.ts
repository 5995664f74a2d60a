import { html, nothing, type TemplateResult } from 'lit';
import type { Connection } from '../server/contract.ts';
import type { Disclosure } from './disclosure.ts';
import type { ConnectState } from './events.ts';
import { messages } from './messages.ts';

/** All that the element's looks depend on. */
export interface ConnectViewModel {
  state: ConnectState;
  severed: boolean;
  error: string | undefined;
  connections: readonly Connection[];
  disclosure: Disclosure | undefined;
}

/** What a person can do in it. */
export interface ConnectViewActions {
  press(): void;
  agree(): void;
  cancel(): void;
  closed(): void;
  disconnect(): void;
}

/** The element's shadow tree. The live region is always there, because one that comes with its text is not read out. */
export function connectView(model: ConnectViewModel, actions: ConnectViewActions): TemplateResult {
  const { state } = model;
  const cancellable = state === 'opening' || state === 'waiting';
  return html`
    ${state === 'connected' ? connectedView(model.connections, actions) : buttonView(model, actions)}
    ${
      cancellable
        ? html`<button class="quiet" part="cancel" type="button" @click=${actions.cancel}>${messages.label.cancel}</button>`
        : nothing
    }
    <p class=${statusClass(model)} part="status" role="status">${statusOf(model)}</p>
    ${dialogView(model.disclosure, actions)}
  `;
}

function buttonView({ state, severed }: ConnectViewModel, { press }: ConnectViewActions): TemplateResult {
  const busy = state === 'loading' || state === 'finishing';
  return html`
    <button class="main" part="button" type="button" aria-disabled=${busy} @click=${press}>
      <slot name="icon"></slot>
      ${labelView(state, severed)}
    </button>
  `;
}

function labelView(state: ConnectState, severed: boolean): TemplateResult | string {
  const { label } = messages;
  switch (state) {
    case 'opening':
    case 'waiting':
      return severed ? label.reopen : label.show;
    case 'finishing':
      return label.finishing;
    case 'expired':
      return label.reconnect;
    case 'error':
      return label.retry;
    default:
      return html`<slot name="label">${label.connect}</slot>`;
  }
}

function connectedView(
  connections: readonly Connection[],
  { disconnect }: ConnectViewActions,
): TemplateResult {
  return html`
    <div class="connected">
      <div class="accounts">${connections.map(accountView)}</div>
      <button class="quiet" part="disconnect" type="button" @click=${disconnect}>${messages.label.disconnect}</button>
    </div>
  `;
}

/** Only the last four digits: whoever looks over the shoulder learns no account number. */
function accountView({ environment, account, revokedAt }: Connection): TemplateResult {
  const digits = account.number.slice(-4);
  return html`
    <span class="account" part="account">
      <span aria-hidden="true">•••• ${digits}</span>
      <span class="unseen">${messages.accountEnding(digits)}</span>
      <span class="badge ${environment}">${messages.environment[environment]}</span>
      ${revokedAt === undefined ? nothing : html`<span class="badge">${messages.revoked}</span>`}
    </span>
  `;
}

function statusOf({ state, error }: ConnectViewModel): string {
  if (error !== undefined) return error;
  return Object.hasOwn(messages.status, state) ? messages.status[state as keyof typeof messages.status] : '';
}

function statusClass({ state, error }: ConnectViewModel): string {
  if (error !== undefined) return 'status failed';
  // The account says it to the eye already.
  return state === 'connected' ? 'unseen' : 'status';
}

function dialogView(disclosure: Disclosure | undefined, actions: ConnectViewActions): TemplateResult {
  const { label } = messages;
  return html`
    <dialog part="dialog" aria-labelledby="title" @close=${actions.closed}>
      <h2 id="title" tabindex="-1" autofocus>${disclosure?.title}</h2>
      <div class="disclosure" tabindex="0" role="group" aria-labelledby="title">
        <slot name="disclosure">${disclosure && disclosureView(disclosure)}</slot>
      </div>
      <div class="choice">
        <button class="quiet" type="button" @click=${actions.cancel}>${label.cancel}</button>
        <button class="main" type="button" @click=${actions.agree}>${label.continue}</button>
      </div>
    </dialog>
  `;
}

function disclosureView({ own, intro, abilities, notice, next }: Disclosure): TemplateResult {
  if (own) return html`${own.map((paragraph) => html`<p>${paragraph}</p>`)}`;
  return html`
    <p>${intro}</p>
    <ul>${abilities.map((ability) => html`<li>${ability}</li>`)}</ul>
    <p>${notice}</p>
    <p class="muted">${next}</p>
  `;
}
