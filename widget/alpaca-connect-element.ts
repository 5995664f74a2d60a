import type { Api, Connection, Environment, RequestedEnvironment } from '../server/contract.ts';
import { styles } from './alpaca-connect-styles.ts';
import { connectView } from './alpaca-connect-view.ts';
import { attributeProperties } from './attribute-properties.ts';
import { Backend } from './backend.ts';
import { type ConnectMode, chooseWay } from './choose-way.ts';
import { ConnectError } from './connect-error.ts';
import { Connector } from './connector.ts';
import { disclosureOf } from './disclosure.ts';
import type { ConnectState } from './events.ts';
import { en } from './messages/en.ts';
import { languageOf } from './messages/language-of.ts';
import type { Messages, SomeMessages } from './messages/messages.ts';
import * as setup from './messages/setup.ts';
import { Speech } from './messages/speech.ts';
import { RenderedElement } from './rendered-element.ts';
import type { StreamEvent } from './stream-event.ts';
import type { Template } from './template.ts';
import { tradeUpdates } from './trade-updates.ts';
import { version } from './version.ts';

/** The attributes that are properties too, and what these are without the attribute. */
const DEFAULTS = {
  server: null,
  environment: 'paper',
  scope: null,
  mode: 'auto',
  theme: 'auto',
  disclosure: 'on',
};

/**
 * A button that connects the visitor's Alpaca account, and then shows which one is connected.
 *
 * @element alpaca-connect
 * @attr {string} server - URL where the server's router is mounted. Default: where the script came from.
 * @attr {'paper'|'live'|'both'} environment - Default: paper.
 * @attr {string} scope - Space-delimited. Default: every scope the server offers. Empty: read-only.
 * @attr {'auto'|'popup'|'redirect'} mode - Whether to connect in a popup or in this tab. Default: auto, a popup where there can be one.
 * @attr {'auto'|'light'|'dark'} theme - Default: auto, the colour scheme of the page around it.
 * @attr {string} lang - One of ten languages. Default: that of the nearest element around it which declares one.
 * @attr {'on'|'off'} disclosure - Whether a dialog tells what the app may do before the popup opens. Default: on.
 * @attr {string} state - Reflected, read-only. See `ConnectState`.
 * @fires {AlpacaConnectedEvent} alpaca-connected
 * @fires {AlpacaDisconnectedEvent} alpaca-disconnected
 * @fires {AlpacaErrorEvent} alpaca-error
 * @fires {AlpacaStateChangeEvent} alpaca-statechange
 * @slot icon - In front of the label. No Alpaca logo ships with this element.
 * @slot label - In place of "Connect with Alpaca".
 * @slot disclosure - In place of the text of the dialog.
 * @csspart button - The main button.
 * @csspart status - What is happening, or what went wrong.
 * @csspart account - One connected account.
 * @csspart disconnect - The button that disconnects.
 * @csspart cancel - The button that gives up waiting.
 * @csspart link - Opens the window of Alpaca after the browser blocked it.
 * @csspart redirect - Connects in this tab after the browser blocked the window.
 * @csspart dialog - The disclosure.
 * @cssprop --alpaca-connect-accent - Background of the main button.
 * @cssprop --alpaca-connect-on-accent - Text on the main button.
 * @cssprop --alpaca-connect-surface - Background of the dialog and of a connected account.
 * @cssprop --alpaca-connect-text - Text.
 * @cssprop --alpaca-connect-muted - Less important text.
 * @cssprop --alpaca-connect-border - Lines.
 * @cssprop --alpaca-connect-danger - Text of errors.
 * @cssprop --alpaca-connect-live - What marks real money: background of the badge, band on the dialog.
 * @cssprop --alpaca-connect-on-live - Text on the badge.
 * @cssprop --alpaca-connect-focus - The ring around what has the keyboard focus.
 * @cssprop --alpaca-connect-radius - Of corners.
 * @cssprop --alpaca-connect-size - Font size, which everything else follows. Default: 1rem, at least 16px.
 * @cssprop --alpaca-connect-font - Font family. Default: the page's.
 */
export class AlpacaConnectElement extends RenderedElement {
  static readonly version: string = version;
  /** Where elements without a `server` attribute find the server. The script-tag build sets it. */
  static defaultServer: string | undefined;
  static override readonly styles: string = styles;
  static override readonly observedAttributes: readonly string[] = [...Object.keys(DEFAULTS), 'lang'];

  declare server: string | null;
  declare environment: RequestedEnvironment;
  declare scope: string | null;
  declare mode: ConnectMode;
  declare theme: 'auto' | 'light' | 'dark';
  declare disclosure: 'on' | 'off';

  readonly #connector = new Connector({
    backend: () => this.#backend(),
    settings: () => this,
    changed: () => {
      this.setAttribute('state', this.state);
      this.requestUpdate();
    },
    dispatch: (event) => this.dispatchEvent(event),
  });

  readonly #speech = new Speech(() => this.requestUpdate());
  #focused = false;
  #left = false;

  static {
    attributeProperties(AlpacaConnectElement, DEFAULTS);
  }

  get state(): ConnectState {
    return this.#connector.state;
  }

  /** What is connected in this element's environment, revoked connections included. */
  get connections(): readonly Connection[] {
    return this.#connector.connections;
  }

  /**
   * Sentences to say in place of the widget's own, in any language, for example `{ label: { connect: 'Link Alpaca' } }`.
   * The keys are those of `Messages`.
   */
  get messages(): SomeMessages {
    return this.#speech.own;
  }

  set messages(messages: SomeMessages | null | undefined) {
    this.#speech.own = messages ?? {};
  }

  /**
   * Connects an account. Call it from a click handler, without an `await` before it, or browsers block the popup. Asks
   * in the dialog first, unless `disclosure` is off. While the popup of any element is open, that one is shown instead.
   *
   * @throws ConnectError (as a rejection); the element shows it too.
   */
  connect({ signal }: { signal?: AbortSignal } = {}): Promise<Connection> {
    return this.#connector.connect(signal);
  }

  /** Gives up: closes the dialog, or the popup where it is within reach, and stops waiting. */
  cancel(): void {
    this.#connector.cancel();
  }

  /**
   * Deletes the server's copy of the connection. The person can also revoke it at Alpaca.
   *
   * @throws ConnectError (as a rejection); the connection is then still there.
   */
  disconnect(): Promise<void> {
    return this.#connector.disconnect();
  }

  /**
   * A request to Alpaca through the server, for example `fetch('paper', '/v2/account')`. Answers as `fetch()` does,
   * with Alpaca's status and body.
   *
   * @throws TypeError (as a rejection) for an unknown API, a path that does not begin with a slash, or no network.
   */
  async fetch(api: Api, path: string, init?: RequestInit): Promise<Response> {
    const response = await this.#backend().proxied(api, path, init);
    if (response.status === 401) await this.#connector.doubt();
    return response;
  }

  /**
   * Trade updates of the account that is connected in `environment`, from now on:
   * `for await (const event of element.stream('paper')) …`. Reconnects and goes on by itself, and never throws; when there is
   * no connection, or no longer, its last event is an `end` that says why. `break`, `return()` and the signal stop it.
   *
   * @throws TypeError for an environment that is not `paper` or `live`, ConnectError `config_invalid` without a server.
   */
  stream(
    environment: Environment,
    { signal }: { signal?: AbortSignal } = {},
  ): AsyncGenerator<StreamEvent, void, undefined> {
    const onEnd = () => void this.#connector.doubt();
    return tradeUpdates(this.#backend(), environment, { ...(signal && { signal }), onEnd });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('state', this.state);
    // A dialog that moved with its element is no longer modal: close it, and the update opens it again.
    this.#dialog?.close();
    if (this.#left) void this.#connector.refresh();
    this.#left = false;
  }

  disconnectedCallback(): void {
    // Frameworks move elements by removing and adding them; only one that stays away gives up.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#left = true;
      this.#connector.leave();
    });
  }

  protected override render(): Template {
    const { state, severed, error, blocked, connections, answer } = this.#connector;
    const { messages, language } = this.#speech;
    const way = chooseWay(this.mode, answer);
    const disclosure =
      answer && disclosureOf(messages, answer, this.environment, this.scope ?? undefined, way);
    return connectView(
      {
        state,
        severed,
        environment: this.environment,
        error: error && sentenceOf(error, messages),
        blocked,
        connections,
        disclosure,
        messages,
        language,
      },
      this.#actions,
    );
  }

  protected override willUpdate(changed: ReadonlySet<string>): void {
    this.#focused = this.shadowRoot?.activeElement !== null;
    if (!this.#connector.busy) {
      if (changed.has('server')) void this.#connector.start();
      else if (changed.has('environment') && this.state !== 'loading') this.#connector.rest();
    }
    const server = this.#serverUrl;
    if (server) void this.#speech.speak(languageOf(this), server);
  }

  protected override updated(): void {
    // What had the focus may be gone; without this, the keyboard would start over at the top of the page.
    if (this.#focused && !this.shadowRoot?.activeElement) this.#button?.focus();
    const dialog = this.#dialog;
    if (this.state !== 'disclosing') dialog?.close();
    else if (dialog && !dialog.open && this.isConnected) dialog.showModal();
  }

  readonly #actions = {
    press: () => {
      // The element shows the error itself.
      if (this.state !== 'loading' && this.state !== 'finishing') this.connect().catch(() => {});
    },
    // The click goes on to follow the link.
    follow: () => void this.#connector.connectBy('link').catch(() => {}),
    redirect: () => void this.#connector.connectBy('redirect').catch(() => {}),
    agree: () => this.#connector.agree(),
    cancel: () => this.cancel(),
    // The browser closes a dialog by itself too, with Escape or a back gesture.
    closed: () => {
      if (this.state === 'disclosing' && !this.#dialog?.open) this.cancel();
    },
    disconnect: () => {
      this.disconnect().catch(() => {});
    },
  };

  get #dialog(): HTMLDialogElement | null {
    return this.shadowRoot?.querySelector('dialog') ?? null;
  }

  get #button(): HTMLButtonElement | null {
    return this.shadowRoot?.querySelector('button') ?? null;
  }

  /** Undefined when it is missing or wrong; the connector tells that to the developer. */
  get #serverUrl(): string | undefined {
    try {
      return this.#backend().url;
    } catch {
      return undefined;
    }
  }

  #backend(): Backend {
    const server = this.server ?? AlpacaConnectElement.defaultServer;
    if (server === undefined) throw new ConnectError('config_invalid', { message: setup.serverMissing });
    return new Backend(server);
  }
}

/** The server's own sentence says more than ours, but it is English: a translation goes before it. */
function sentenceOf({ code, message }: ConnectError, { error }: Messages): string {
  return message === code || error[code] !== en.error[code] ? error[code] : message;
}
