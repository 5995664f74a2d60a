import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type {
  AwayPermission,
  Connection,
  ConnectionsAnswer,
  ExchangeRequest,
  Provider,
  RequestedEnvironment,
} from '../server/contract.ts';
import { Backend, type Connected, exchangeGrant } from './backend.ts';
import { type ConnectMode, canRedirect, canReturn, chooseWay } from './choose-way.ts';
import {
  connectByRedirect,
  dueExchange,
  forgetRedirect,
  giveBackExchange,
  pageNotListed,
} from './connect-by-redirect.ts';
import { asConnectError, ConnectError } from './connect-error.ts';
import {
  AlpacaConnectedEvent,
  AlpacaDisconnectedEvent,
  AlpacaErrorEvent,
  AlpacaStateChangeEvent,
  type ConnectState,
} from './events.ts';
import { ALPACA, connectionsIn, KnownConnections, restingState } from './known-connections.ts';
import { elementSetup, enErrors } from './messages/en.ts';
import { fillIn } from './messages/messages.ts';
import { prepareProofKey } from './pkce.ts';
import { type ConnectProgress, connectInPopup, showOpenPopup } from './popup/connect-in-popup.ts';
import { StateAttribute } from './state-attribute.ts';

/** Turbo takes a permanent element out of the old page and puts it into the new one in tasks of their own. */
const STAYS_AWAY_MS = 100;

/** What the attribute `away` means where it names no number of days. */
const AWAY_DAYS = 30;

/** What a controller reads of its element: each property anew, whenever it is needed. */
interface ConnectHost extends ReactiveControllerHost, HTMLElement {
  server: string | null;
  environment: RequestedEnvironment;
  /** Null: every scope the server offers. */
  scope: string | null;
  mode: ConnectMode;
  disclosure: 'on' | 'off' | 'review';
  /** The id of one of the server's providers. */
  provider: string;
  /** Whether a further account stands beside the others. */
  multiple: boolean;
  /** For how many days the app wants to act while the person is away. Null: not at all. */
  away: string | number | null;
}

/** The disclosure is shown: what may happen to it. */
interface PendingDisclosure {
  agree(): void;
  refuse(error?: ConnectError): void;
  /** An earlier attempt succeeded late, so there is nothing left to ask. */
  settle(connection: Connection): void;
}

/** The behaviour of the element without its looks: which state it is in, and what leads to the next. */
export class ConnectController implements ReactiveController {
  readonly #host: ConnectHost;
  readonly #defaultServer: () => string | undefined;
  readonly #attribute: StateAttribute;
  #state: ConnectState = 'loading';
  #error: ConnectError | undefined;
  #severed = false;
  #hasStatusLine = false;
  #pendingDisclosure: PendingDisclosure | undefined;
  /** The text that the person agreed to. It holds for further tries of the same attempt. */
  #agreed: string | undefined;
  /** The days that this text named. */
  #agreedDays: number | undefined;
  #ended = false;
  readonly #known = new KnownConnections(() => void this.refresh());
  /** The attempt that counts. What earlier ones still report is ignored. */
  #attempt: AbortController | undefined;
  #proofKey = prepareProofKey();
  /** The `server` of the element that was last asked, and the `environment` that was last shown. */
  #server: string | null | undefined;
  #environment: RequestedEnvironment | undefined;
  /** The connections that were shown when the state was last told. */
  #shown = '';
  #left = false;
  /** What comes of the exchange, when this tab came back from Alpaca for it. */
  #returning: Promise<Connection> | undefined;

  /** @param defaultServer Where the server is when the element does not say. */
  constructor(host: ConnectHost, defaultServer: () => string | undefined) {
    this.#host = host;
    this.#defaultServer = defaultServer;
    this.#attribute = new StateAttribute(host, this.#state);
    host.addController(this);
  }

  hostConnected(): void {
    if (this.#left) void this.refresh();
    this.#left = false;
  }

  hostDisconnected(): void {
    // Frameworks move elements by removing and adding them, some across tasks; only one that stays away gives up.
    setTimeout(() => {
      if (this.#host.isConnected) return;
      this.#left = true;
      this.cancel();
      if (this.#returning) {
        giveBackExchange();
        this.#known.announce();
      }
      this.#known.leave();
    }, STAYS_AWAY_MS);
  }

  /** Before each rendering. A server that was named in the middle of an attempt is asked when that ended. */
  hostUpdate(): void {
    const { server, environment } = this.#host;
    const otherEnvironment = environment !== this.#environment;
    this.#environment = environment;
    if (this.#busy) return;
    if (server !== this.#server || (otherEnvironment && !this.answer)) void this.#start();
    else if (otherEnvironment) {
      this.#showConnections();
      // Perhaps it is what this tab left for.
      void this.refresh();
    }
  }

  /**
   * The server of the element.
   *
   * @throws ConnectError `config_invalid` when it is missing or wrong.
   */
  backend(): Backend {
    const server = this.#host.server ?? this.#defaultServer();
    if (server === undefined)
      throw new ConnectError('config_invalid', { message: elementSetup.serverMissing });
    return new Backend(server);
  }

  get state(): ConnectState {
    return this.#state;
  }

  /** Whether something is going on that a new setting must not disturb. */
  get #busy(): boolean {
    return !['loading', 'idle', 'connected', 'expired', 'error'].includes(this.#state);
  }

  /** What the server last said. */
  get answer(): ConnectionsAnswer | undefined {
    return this.#known.answer;
  }

  get error(): ConnectError | undefined {
    return this.#error;
  }

  /** Whether the popup is out of reach: it cannot be shown, only opened again. */
  get severed(): boolean {
    return this.#severed;
  }

  /** Whether a popup was opened here: its status has a line, which stays when it succeeds, so that nothing below moves. */
  get hasStatusLine(): boolean {
    return this.#hasStatusLine;
  }

  get connections(): readonly Connection[] {
    return connectionsIn(this.#known.connections, this.#host.environment, this.#host.provider);
  }

  /** What the app may do while the person is away, in any of their browsers. */
  get away(): readonly AwayPermission[] {
    return connectionsIn(this.answer?.away ?? [], this.#host.environment, this.#host.provider);
  }

  /** For how many days the element asks that. Undefined: not at all. */
  get awayDays(): number | undefined {
    const { away } = this.#host;
    if (away === null) return undefined;
    return away === '' ? AWAY_DAYS : Number(away);
  }

  /** Whether the person has just ended one of `away`. */
  get ended(): boolean {
    return this.#ended;
  }

  /** As the server is asked for it: Alpaca itself needs no name. */
  get #wantedProvider(): string | undefined {
    const { provider } = this.#host;
    return provider === ALPACA ? undefined : provider;
  }

  /** Whom the person connects through. */
  get provider(): Pick<Provider, 'name' | 'scopes' | 'disclosure'> {
    return this.#known.provider(this.#host.provider);
  }

  /** Whether there is room for one more account of this person. */
  get hasRoom(): boolean {
    return this.#known.hasRoom;
  }

  /** After the browser blocked the popup, or none came: where a link opens it, and whether this tab can go instead. */
  get blocked(): { href: string; canRedirect: boolean } | undefined {
    const { code, message } = this.#error ?? {};
    if (code !== 'popup_blocked' && message !== 'no_window') return undefined;
    return { href: this.backend().launchUrl(location.origin), canRedirect: canReturn(this.answer) };
  }

  /** Asks a server that it has not asked yet; first of all, finishes what this tab left for. */
  async #start(): Promise<void> {
    this.#server = this.#host.server;
    this.#known.answer = undefined;
    this.#error = undefined;
    this.#enter('loading');
    await this.refresh();
  }

  /** Asks the server what is connected. Failure is a state, not an exception, and none where something is known. */
  async refresh(): Promise<void> {
    try {
      const backend = this.backend();
      this.#known.join(backend.url);
      const due = dueExchange(backend, this.#host.environment, this.#wantedProvider);
      if (due) return await this.#finish(backend, due);
      const latest = await this.#known.ask(backend);
      const failed = this.#error && restingState(this.connections) !== 'connected';
      if (latest && !this.#busy && !failed) this.#showConnections();
    } catch (thrown) {
      if (this.#state === 'loading') this.#fail(thrown);
    }
  }

  /** The server refused a request for want of a connection: looks again, and so does every other element. */
  async recheck(): Promise<void> {
    if (this.#state !== 'connected') return;
    await this.refresh();
    this.#known.announce();
  }

  /** Connects; opens the popup before it returns where nothing has to be asked first, neither the person nor the server. */
  connect(signal?: AbortSignal): Promise<Connection> {
    if (this.#returning) return this.#returning;
    const shown = showOpenPopup();
    if (shown) return shown.then(({ connection }) => connection);
    const begun = this.#state === 'opening' || this.#state === 'waiting';
    if (!begun) this.#agreed = undefined;
    // What lasts for days is asked here in any case.
    const agreed = begun || (this.#host.disclosure === 'off' && this.awayDays === undefined);
    const goOn = () => (agreed ? this.#connect(signal) : this.#ask(signal));
    return this.answer || (agreed && this.#state !== 'error') ? goOn() : this.#look(goOn);
  }

  /** What is connected is not known, because the first look failed or is under way: somebody who is connected has nothing to do. */
  async #look(orElse: () => Promise<Connection>): Promise<Connection> {
    await this.#start();
    if (!this.answer) throw this.#error ?? new ConnectError('cancelled');
    return this.connections.find(({ revokedAt }) => revokedAt === undefined) ?? orElse();
  }

  /** The browser blocked the popup: a link to it was clicked, or this tab goes instead. */
  connectBy(way: 'link' | 'redirect'): Promise<Connection> {
    return this.#connect(undefined, way);
  }

  /** The person read this text and continues. Has to be called from the click. */
  agree(text: string): void {
    this.#agreed = text;
    this.#agreedDays = this.awayDays;
    this.#pendingDisclosure?.agree();
  }

  /** Nobody can see the disclosure. */
  refuseUnseen(): void {
    this.#pendingDisclosure?.refuse(new ConnectError('config_invalid', { message: elementSetup.unseen }));
  }

  /** Gives up whatever is going on. */
  cancel(): void {
    this.#pendingDisclosure?.refuse();
    this.#attempt?.abort(new ConnectError('cancelled'));
  }

  /** @param only The id of the one to disconnect. Default: all that the element shows. */
  async disconnect(only?: string): Promise<void> {
    this.#ended = false;
    const removed = this.connections.filter(({ id }) => only === undefined || id === only);
    try {
      const backend = this.backend();
      await Promise.all(removed.map(({ id }) => backend.disconnect(id)));
    } catch (thrown) {
      throw this.#show(thrown);
    }
    // The server ended with it what the app may do while the person is away.
    if (this.away.length > 0) await this.refresh();
    this.#known.remove(removed);
    if (!this.#busy) this.#showConnections();
    this.#known.announce();
    this.#host.dispatchEvent(new AlpacaDisconnectedEvent(removed));
  }

  /** @param id Of one of `away`. */
  async endAway(id: string): Promise<void> {
    try {
      await this.backend().endAway(id);
    } catch (thrown) {
      throw this.#show(thrown);
    }
    // Before the row goes, with the focus in it.
    this.#ended = true;
    await this.refresh();
    this.#host.requestUpdate();
    this.#known.announce();
  }

  /** Something else than a flow failed, and what was shown is still true. */
  #show(thrown: unknown): ConnectError {
    this.#error = asConnectError(thrown);
    this.#host.requestUpdate();
    this.#host.dispatchEvent(new AlpacaErrorEvent(this.#error, this.provider.name));
    return this.#error;
  }

  /** Shows what is connected. */
  #showConnections(): void {
    this.#severed = false;
    this.#error = undefined;
    const state = restingState(this.connections);
    this.#hasStatusLine &&= state === 'connected';
    this.#enter(state);
  }

  async #ask(signal?: AbortSignal): Promise<Connection> {
    this.#pendingDisclosure?.refuse();
    const { disclosure, appUrl } = { ...this.answer, ...this.provider };
    const review = this.#host.disclosure === 'review' || disclosure === 'review';
    // Alpaca compares the paragraph with its link. Of what a server says, only https becomes one.
    if (review && !appUrl?.startsWith('https:')) {
      throw this.#fail(new ConnectError('config_invalid', { message: elementSetup.appUrlMissing }));
    }
    const days = this.awayDays;
    const most = this.answer?.awayDays ?? 0;
    if (days !== undefined && !(Number.isInteger(days) && days > 0 && days <= most)) {
      const message = fillIn(elementSetup.awayInvalid, { days: String(most) });
      throw this.#fail(new ConnectError('config_invalid', { message }));
    }
    return new Promise((resolve, reject) => {
      const pending: PendingDisclosure = {
        agree: () => resolve(this.#connect(signal)),
        refuse: (error = new ConnectError('cancelled')) => reject(this.#fail(error)),
        settle: resolve,
      };
      const refuse = () => this.#pendingDisclosure === pending && pending.refuse();
      this.#pendingDisclosure = pending;
      this.#ended = false;
      this.#enter('disclosing');
      if (!this.#host.isConnected) this.refuseUnseen();
      signal?.addEventListener('abort', refuse, { once: true });
      if (signal?.aborted) refuse();
    });
  }

  /** Reaches `window.open` before its first `await`. */
  async #connect(
    signal?: AbortSignal,
    way: 'popup' | 'link' | 'redirect' = chooseWay(this.#host.mode, this.answer),
  ): Promise<Connection> {
    const attempt = this.#begin(signal);
    const { environment, scope, mode, multiple } = this.#host;
    const proofKey = this.#proofKey;
    this.#proofKey = prepareProofKey();
    try {
      const request = {
        backend: this.backend(),
        provider: this.#wantedProvider,
        environment,
        keep: multiple || undefined,
        ...(scope === null ? {} : { scope }),
        // Never without the text that says so.
        away: this.#agreed === undefined ? undefined : this.#agreedDays,
        proofKey,
        disclosure: this.#agreed,
        signal: attempt.signal,
        onProgress: (progress: ConnectProgress) => this.#attempt === attempt && this.#advance(progress),
        onLateConnection: (late: Connected) => this.#attempt === attempt && this.#onConnected(late),
      };
      const connected = await (way === 'redirect'
        ? connectByRedirect({ ...request, returnPages: this.answer?.returnPages })
        : connectInPopup(request, way));
      this.#onConnected(connected);
      return connected.connection;
    } catch (thrown) {
      if (this.#attempt !== attempt) throw thrown;
      const { code } = asConnectError(thrown);
      // A person who cannot go on in this tab is not told why: only the owner of the page can change it.
      if (
        (code === 'popup_blocked' || code === 'opener_blocked') &&
        canRedirect() &&
        !canReturn(this.answer)
      ) {
        // biome-ignore lint/suspicious/noConsole: the same.
        console.warn(`<alpaca-connect> ${pageNotListed().message}`);
      }
      if (code !== 'opener_blocked') throw this.#fail(thrown);
      // biome-ignore lint/suspicious/noConsole: only the developer can send the header, and only the console reaches one.
      console.warn(`<alpaca-connect> ${enErrors.opener_blocked}`);
      if (mode === 'auto' && canReturn(this.answer)) return this.#connect(signal, 'redirect');
      throw this.#fail(thrown);
    }
  }

  #begin(signal?: AbortSignal): AbortController {
    const attempt = new AbortController();
    this.#server = this.#host.server;
    this.#pendingDisclosure = undefined;
    this.#error = undefined;
    this.#ended = false;
    this.#attempt = attempt;
    signal?.addEventListener('abort', () => attempt.abort(), { once: true });
    if (signal?.aborted) attempt.abort();
    return attempt;
  }

  /** This tab came back from Alpaca. */
  async #finish(backend: Backend, request: ExchangeRequest): Promise<void> {
    const attempt = this.#begin();
    this.#enter('finishing');
    this.#returning = exchangeGrant(backend, request, attempt.signal).then((connected) => {
      forgetRedirect();
      this.#onConnected(connected);
      return connected.connection;
    });
    try {
      await this.#returning;
    } catch (thrown) {
      if (this.#attempt === attempt) this.#fail(thrown);
    } finally {
      this.#returning = undefined;
    }
  }

  #advance(progress: ConnectProgress): void {
    this.#hasStatusLine = true;
    this.#severed = progress === 'severed';
    this.#enter(progress === 'severed' ? 'waiting' : progress);
  }

  #onConnected({ connection, answer }: Connected): void {
    const pending = this.#pendingDisclosure;
    this.#pendingDisclosure = undefined;
    if (answer) this.#known.answer = answer;
    else this.#known.add(connection, this.#host.multiple);
    this.#showConnections();
    this.#known.announce();
    this.#host.dispatchEvent(new AlpacaConnectedEvent(connection, this.connections));
    pending?.settle(connection);
  }

  /** A flow ended without a connection. Cancelling is what the person wanted, so it is no state of its own. */
  #fail(thrown: unknown): ConnectError {
    const error = asConnectError(thrown, this.#state === 'finishing');
    this.#pendingDisclosure = undefined;
    if (error.code === 'cancelled') {
      this.#showConnections();
    } else {
      this.#severed = false;
      this.#error = error;
      this.#enter('error');
    }
    this.#host.dispatchEvent(new AlpacaErrorEvent(error, this.provider.name));
    return error;
  }

  #enter(state: ConnectState): void {
    const shown = this.connections.map(({ id, revokedAt = '' }) => id + revokedAt).join();
    const entered = state !== this.#state || shown !== this.#shown;
    this.#shown = shown;
    this.#state = state;
    this.#attribute.set(state);
    this.#host.requestUpdate();
    if (entered) this.#host.dispatchEvent(new AlpacaStateChangeEvent(state));
  }
}
