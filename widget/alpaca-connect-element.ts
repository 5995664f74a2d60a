import {
  type CSSResult,
  LitElement,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import type {
  Api,
  AwayPermission,
  Connection,
  Environment,
  RequestedEnvironment,
} from '../server/contract.ts';
import type { AlpacaPath, AlpacaResponse } from './alpaca-calls.ts';
import { styles } from './alpaca-connect-styles.ts';
import { connectView, dateOf, disclosedText, disclosureOf, single } from './alpaca-connect-view.ts';
import type { ProxiedInit } from './backend.ts';
import { type ConnectMode, chooseWay } from './choose-way.ts';
import { ConnectController } from './connect-controller.ts';
import { type ConnectState, sentenceOf } from './events.ts';
import { ALPACA } from './known-connections.ts';
import { Localizer } from './messages/localizer.ts';
import { fillIn, languageOf, namingProvider, type SomeMessages } from './messages/messages.ts';
import type { StreamEvent } from './trade-updates.ts';
import { tradeUpdatesOnDemand } from './trade-updates-on-demand.ts';

/** The version of the widget, the same as the package's. A page can hold two copies; this tells them apart. */
export const version = '0.1.0';

/** Milliseconds. */
const DAY = 24 * 3_600_000;

/** For a property that is an attribute too. */
const attribute = { reflect: true, useDefault: true };

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
 * @attr {'on'|'off'|'review'} disclosure - Whether a dialog tells what the app may do before the popup opens, and with the paragraph that Alpaca's review compares. Default: on.
 * @attr {string} provider - Through whom to connect: `alpaca`, or the id of a broker partner that the server lists. Default: alpaca.
 * @attr {boolean} multiple - Whether several accounts can be connected side by side: lists them, and offers to add one.
 * @attr {number} away - For how many days the app asks to act while the person is away, at most `AWAY_DAYS` of the server. Without a number: 30. Default: not at all.
 * @attr {string} state - Reflected, read-only. See `ConnectState`.
 * @fires {AlpacaConnectedEvent} alpaca-connected
 * @fires {AlpacaDisconnectedEvent} alpaca-disconnected
 * @fires {AlpacaErrorEvent} alpaca-error
 * @fires {AlpacaStateChangeEvent} alpaca-statechange
 * @slot icon - In front of the label. No Alpaca logo ships with this element.
 * @slot label - In place of "Connect with Alpaca".
 * @slot disclosure - Your own text, above the permissions in the dialog.
 * @csspart button - The main button.
 * @csspart status - What is happening, or what went wrong.
 * @csspart account - One connected account.
 * @csspart disconnect - The button that disconnects.
 * @csspart away - Until when the app acts with an account while the person is away.
 * @csspart end - The button that ends that.
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
export class AlpacaConnectElement extends LitElement {
  static readonly version: string = version;
  /** Where elements without a `server` attribute find the server. The script-tag build sets it. */
  static defaultServer: string | undefined;
  /** @internal */
  static override readonly styles: CSSResult = styles;
  /** @internal */
  static override readonly properties: PropertyDeclarations = {
    server: attribute,
    environment: attribute,
    scope: attribute,
    mode: attribute,
    theme: attribute,
    disclosure: attribute,
    provider: attribute,
    multiple: { reflect: true, useDefault: true, type: Boolean },
    away: attribute,
    messages: { attribute: false, hasChanged: () => true },
  };

  declare server: string | null;
  declare environment: RequestedEnvironment;
  declare scope: string | null;
  declare mode: ConnectMode;
  declare theme: 'auto' | 'light' | 'dark';
  declare disclosure: 'on' | 'off' | 'review';
  declare provider: string;
  declare multiple: boolean;
  /** Null: the app does not ask to act while the person is away. */
  declare away: string | number | null;
  /**
   * Sentences to say in place of the widget's own, in any language, for example `{ label: { connect: 'Link Alpaca' } }`.
   * The keys are those of `Messages`.
   */
  declare messages: SomeMessages;

  readonly #controller = new ConnectController(this, () => AlpacaConnectElement.defaultServer);
  readonly #localizer = new Localizer(() => this.requestUpdate());
  #focused = false;

  constructor() {
    super();
    this.#setDefaults();
  }

  get state(): ConnectState {
    return this.#controller.state;
  }

  /** What is connected in this element's environment, revoked connections included. */
  get connections(): readonly Connection[] {
    return this.#controller.connections;
  }

  /**
   * Connects an account. Call it from a click handler, without an `await` before it, or browsers block the popup. Asks
   * in the dialog first, unless `disclosure` is off. While the popup of any element is open, that one is shown instead.
   *
   * @throws ConnectError (as a rejection); the element shows it too.
   */
  connect({ signal }: { signal?: AbortSignal } = {}): Promise<Connection> {
    this.#setDefaults();
    return this.#controller.connect(signal);
  }

  /** Gives up: closes the dialog, or the popup where it is within reach, and stops waiting. */
  cancel(): void {
    this.#controller.cancel();
  }

  /**
   * Deletes the server's copy of the connections that this element shows. The person can also revoke them at Alpaca.
   *
   * @param id Of one of `connections`, to delete that one alone.
   * @throws ConnectError (as a rejection); the connection is then still there.
   */
  disconnect(id?: string): Promise<void> {
    return this.#controller.disconnect(id);
  }

  /** What the person who is signed in to the app allowed it to do while they are away, in this element's environment. */
  get awayPermissions(): readonly AwayPermission[] {
    return this.#controller.away;
  }

  /**
   * Ends what the app may do with one account while the person is away. What is connected in this browser stays.
   *
   * @param id Of one of `awayPermissions`.
   * @throws ConnectError (as a rejection); the app may then still act.
   */
  endAway(id: string): Promise<void> {
    return this.#controller.endAway(id);
  }

  /**
   * A request to Alpaca through the server, for example `fetch('paper', '/v2/account')`. Answers as `fetch()` does,
   * with Alpaca's status and body. Where several accounts of the environment are connected, name one by its id:
   * `fetch('paper', '/v2/account', { connection: id })`. Without, the server refuses it, and nothing is sent to Alpaca.
   *
   * TypeScript refuses a path, method or query that Alpaca does not document, and knows what `json()` gives of an answer that is
   * `ok`. A path of type `string`, as in `path as string`, is not checked.
   *
   * When it rejects, or the status is 5xx, an order may have been placed: look it up by `client_order_id` before you send it
   * again. Behind an edge such as Cloudflare, a page on another origin cannot even read the server's 502 and 504.
   *
   * @throws TypeError (as a rejection) for an unknown API, a path that does not begin with a slash, or no network.
   */
  async fetch<A extends Api, P extends string, M extends string = 'GET'>(
    api: A,
    path: AlpacaPath<A, P, M>,
    init?: ProxiedInit & { method?: M },
  ): Promise<AlpacaResponse<A, P, M>> {
    const response = await this.#controller.backend().proxied<A, P, M>(api, path, init);
    if (response.status === 401) await this.#controller.recheck();
    return response;
  }

  /**
   * Trade updates of the account that is connected in `environment`, from now on:
   * `for await (const event of element.stream('paper')) …`. Reconnects and goes on by itself, and never throws; when there is
   * no connection, or no longer, its last event is an `end` that says why. Where several accounts of the environment are
   * connected, `connection` is the id of the one that is meant. `break`, `return()` and the signal stop it.
   *
   * @throws TypeError for an environment that is not `paper` or `live`, ConnectError `config_invalid` without a server.
   */
  stream(
    environment: Environment,
    { signal, connection }: { signal?: AbortSignal; connection?: string } = {},
  ): AsyncGenerator<StreamEvent, void, undefined> {
    const onEnd = () => void this.#controller.recheck();
    return tradeUpdatesOnDemand(this.#controller.backend(), environment, {
      ...(signal && { signal }),
      connection,
      onEnd,
    });
  }

  /** `lang` is a property of every element; this one has to hear of its changes. `state` is its own, and nobody else's to set. */
  static override get observedAttributes(): string[] {
    // biome-ignore lint/complexity/noThisInStatic: Lit reads the properties of the class that it is asked for.
    return [...super.observedAttributes, 'lang', 'state'];
  }

  override attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    super.attributeChangedCallback(name, before, now);
    if (name === 'lang') this.requestUpdate();
    // Libraries that compare the page with new HTML (morphing) take away what that does not have.
    if (name === 'state' && now !== this.state) this.setAttribute('state', this.state);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // A dialog that moved with its element is no longer modal: close it, and the update opens it again. The language around
    // the element may be another one, too.
    this.#dialog?.close();
    this.requestUpdate();
    this.#languages.observe(this.ownerDocument, { subtree: true, attributeFilter: ['lang'] });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#languages.disconnect();
  }

  /** What is around the element may change its language at any time. */
  readonly #languages = new MutationObserver(() => this.requestUpdate());

  /** Constructed style sheets belong to one document, and this may be another than the script's, such as that of a frame. */
  adoptedCallback(): void {
    const view = this.ownerDocument.defaultView;
    if (!view || !this.shadowRoot) return;
    const sheet = new view.CSSStyleSheet();
    sheet.replaceSync(styles.cssText);
    this.shadowRoot.adoptedStyleSheets = [sheet];
  }

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    try {
      return super.createRenderRoot();
    } catch {
      this.adoptedCallback();
      return this.shadowRoot as ShadowRoot;
    }
  }

  /** The first rendering is a task of its own: on a slow machine, that in which the script starts is long enough. */
  protected override async scheduleUpdate(): Promise<void> {
    if (!this.hasUpdated) await new Promise((resolve) => setTimeout(resolve));
    super.scheduleUpdate();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.#setDefaults();
    this.#focused = Boolean(this.shadowRoot?.activeElement);
    if (changed.has('messages')) this.#localizer.overrides = this.messages;
    const server = this.#serverUrl;
    if (server) void this.#localizer.use(languageOf(this), server);
  }

  protected override render(): TemplateResult {
    const { state, severed, hasStatusLine, error, blocked, connections, answer, provider, hasRoom } =
      this.#controller;
    const { away, awayDays, ended } = this.#controller;
    const { language, messages: sentences } = this.#localizer;
    const messages = namingProvider(sentences, provider.name);
    const until = awayDays ? dateOf(Date.now() + awayDays * DAY, language) : undefined;
    const way = chooseWay(this.mode, answer);
    const disclosure =
      answer &&
      disclosureOf(
        messages,
        { ...answer, ...provider, partner: this.provider !== ALPACA, until },
        this.environment,
        this.scope ?? undefined,
        way,
        this.disclosure === 'review' || undefined,
      );
    return connectView(
      {
        state,
        severed,
        hasStatusLine,
        environment: this.environment,
        error: error && fillIn(sentenceOf(error, sentences), { provider: provider.name }),
        blocked,
        connections,
        away,
        ended,
        partner: this.provider === ALPACA ? undefined : provider.name,
        multiple: this.multiple,
        canAdd: hasRoom,
        disclosure,
        messages,
        language,
      },
      this.#actions,
    );
  }

  protected override updated(): void {
    // What had the focus may be gone; without this, the keyboard would start over at the top of the page.
    const focused = this.shadowRoot?.activeElement;
    if (this.#focused && (!focused || focused.matches('.held'))) this.#place?.focus();
    const dialog = this.#dialog;
    const disclosing = this.state === 'disclosing';
    window[disclosing ? 'addEventListener' : 'removeEventListener']('keydown', this.#keepKeys, true);
    if (!disclosing) dialog?.close();
    else if (dialog && !dialog.open && this.isConnected) {
      dialog.showModal();
      if (dialog.checkVisibility()) this.#sight.observe(dialog);
      else this.#controller.refuseUnseen();
    }
  }

  /** A modal dialog that nobody can see, as in a view that the page hides, would leave the page inert behind nothing. */
  readonly #sight = new ResizeObserver(() => {
    if (this.state === 'disclosing' && !this.#dialog?.checkVisibility()) this.cancel();
  });

  /**
   * While the dialog is open, Escape and Tab mean the dialog, and nothing of the page around it: no modal, and no focus trap, whose
   * listener on the document would otherwise hear of them first. Another dialog above this one keeps its keys.
   */
  readonly #keepKeys = (event: Event) => {
    const { key, code, shiftKey } = event as KeyboardEvent;
    const dialog = this.#dialog;
    if (!dialog || (event.target !== document.body && !event.composedPath().includes(dialog))) return;
    // WebKitGTK has no name for the key together with Shift.
    if (key === 'Tab' || code === 'Tab') {
      event.stopPropagation();
      // Browsers leave the dialog at its ends, and not all of them come back to where it begins.
      const stops = [
        ...this.querySelectorAll<HTMLElement>('[slot=disclosure], [slot=disclosure] *'),
        ...dialog.querySelectorAll<HTMLElement>('a, button'),
      ].filter((stop) => stop.tabIndex >= 0 && stop.checkVisibility());
      const title = dialog.querySelector('h2');
      const last = stops.at(-1);
      const [at] = event.composedPath();
      const begins = at === stops[0] || at === dialog;
      const next = shiftKey ? (at === title ? last : begins && title) : at === last && title;
      if (!next) return;
      next.focus();
    } else if (key === 'Escape') {
      event.stopPropagation();
      this.cancel();
    } else return;
    event.preventDefault();
  };

  /** Null and undefined, which frameworks set for a value that they do not have, stand for the default. */
  #setDefaults(): void {
    this.server ??= null;
    this.scope ??= null;
    this.environment ??= 'paper';
    this.mode ??= 'auto';
    this.theme ??= 'auto';
    this.disclosure ??= 'on';
    this.provider ||= ALPACA;
    this.multiple ??= false;
    this.away ??= null;
    this.messages ??= {};
  }

  readonly #actions = {
    press: single(() => {
      // The element shows the error itself.
      if (this.state !== 'loading' && this.state !== 'finishing') this.connect().catch(() => {});
    }),
    // The click goes on to follow the link.
    follow: () => void this.#controller.connectBy('link').catch(() => {}),
    redirect: () => void this.#controller.connectBy('redirect').catch(() => {}),
    agree: single(() => this.#controller.agree(this.#dialog ? disclosedText(this.#dialog) : '')),
    cancel: single(() => this.cancel()),
    // The browser closes a dialog by itself too, with Escape or a back gesture.
    closed: () => {
      if (this.state === 'disclosing' && !this.#dialog?.open) this.cancel();
    },
    disconnect: (id?: string) => {
      this.disconnect(id).catch(() => {});
    },
    end: (id: string) => {
      this.endAway(id).catch(() => {});
    },
  };

  get #dialog(): HTMLDialogElement | null {
    return this.shadowRoot?.querySelector('dialog') ?? null;
  }

  /** Where the keyboard goes on. The next button after End would be one that disconnects. */
  get #place(): HTMLElement | null {
    const { ended } = this.#controller;
    return ended ? (this.shadowRoot?.querySelector<HTMLElement>('[part=status]') ?? null) : this.#button;
  }

  get #button(): HTMLButtonElement | null {
    // In a list of accounts, the first one would disconnect the next account.
    const root = this.shadowRoot;
    return root?.querySelector('button[part=button]') ?? root?.querySelector('button') ?? null;
  }

  /** Undefined when it is missing or wrong; the controller tells that to the developer. */
  get #serverUrl(): string | undefined {
    try {
      return this.#controller.backend().url;
    } catch {
      return undefined;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'alpaca-connect': AlpacaConnectElement;
  }
}
