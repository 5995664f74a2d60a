import { isServer, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import type { Api, Connection, ErrorAnswer, RequestedEnvironment } from '../server/contract.ts';
import { styles } from './alpaca-connect-styles.ts';
import { connectView } from './alpaca-connect-view.ts';
import { Backend } from './backend.ts';
import { ConnectError } from './connect-error.ts';
import { withRevokedConnections } from './connections.ts';
import { Connector } from './connector.ts';
import { disclosureOf } from './disclosure.ts';
import type { ConnectState } from './events.ts';
import { setupMessages } from './messages.ts';
import { version } from './version.ts';

/**
 * A button that connects the visitor's Alpaca account, and then shows which one is connected.
 *
 * @element alpaca-connect
 * @attr {string} server - URL where the server's router is mounted. Default: where the script came from.
 * @attr {'paper'|'live'|'both'} environment - Default: paper.
 * @attr {string} scope - Space-delimited. Default: every scope the server offers. Empty: read-only.
 * @attr {'auto'|'light'|'dark'} theme - Default: auto, which follows the person's preference.
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
 * @csspart dialog - The disclosure.
 * @cssprop --alpaca-connect-accent - Background of the main button.
 * @cssprop --alpaca-connect-on-accent - Text on the main button.
 * @cssprop --alpaca-connect-surface - Background of the dialog and of a connected account.
 * @cssprop --alpaca-connect-text - Text.
 * @cssprop --alpaca-connect-muted - Less important text.
 * @cssprop --alpaca-connect-border - Lines.
 * @cssprop --alpaca-connect-danger - Text of errors.
 * @cssprop --alpaca-connect-focus - The ring around what has the keyboard focus.
 * @cssprop --alpaca-connect-radius - Of corners.
 * @cssprop --alpaca-connect-font - Font family. Default: the page's.
 */
export class AlpacaConnectElement extends LitElement {
  static readonly version: string = version;
  /** Where elements without a `server` attribute find the server. The script-tag build sets it. */
  static defaultServer: string | undefined;
  static override styles = styles;
  static override properties = {
    server: {},
    environment: {},
    scope: {},
    theme: { reflect: true },
    disclosure: {},
  };

  declare server: string | null;
  declare environment: RequestedEnvironment;
  declare scope: string | null;
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

  constructor() {
    super();
    this.server = null;
    this.environment = 'paper';
    this.scope = null;
    this.theme = 'auto';
    this.disclosure = 'on';
  }

  get state(): ConnectState {
    return this.#connector.state;
  }

  /** What is connected in this element's environment, revoked connections included. */
  get connections(): readonly Connection[] {
    return this.#connector.connections;
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
    if (response.status === 401 && (await isRevocation(response.clone()))) {
      this.#connector.correct((answer) => withRevokedConnections(answer, api));
    }
    return response;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('state', this.state);
    // A dialog that moved with its element is no longer modal: close it, and the update opens it again.
    this.#dialog?.close();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // Frameworks move elements by removing and adding them; only one that stays away gives up.
    queueMicrotask(() => {
      if (!this.isConnected) this.cancel();
    });
  }

  protected override render(): TemplateResult {
    const { state, severed, error, connections, answer } = this.#connector;
    const disclosure = answer && disclosureOf(answer, this.environment, this.scope ?? undefined);
    return connectView({ state, severed, error: error?.message, connections, disclosure }, this.#actions);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (isServer || this.#connector.busy) return;
    if (changed.has('server')) void this.#connector.load();
    else if (changed.has('environment') && this.state !== 'loading') this.#connector.rest();
  }

  protected override updated(): void {
    const dialog = this.#dialog;
    if (this.state !== 'disclosing') dialog?.close();
    else if (dialog && !dialog.open && this.isConnected) dialog.showModal();
  }

  readonly #actions = {
    press: () => {
      // The element shows the error itself.
      if (this.state !== 'loading' && this.state !== 'finishing') this.connect().catch(() => {});
    },
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
    return this.renderRoot?.querySelector('dialog') ?? null;
  }

  #backend(): Backend {
    const server = this.server ?? AlpacaConnectElement.defaultServer;
    if (server === undefined)
      throw new ConnectError('config_invalid', { message: setupMessages.serverMissing });
    return new Backend(server);
  }
}

async function isRevocation(response: Response): Promise<boolean> {
  const answer: Partial<ErrorAnswer> | null = await response.json().catch(() => null);
  return answer?.code === 'connection_revoked';
}
