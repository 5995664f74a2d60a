import type { Connection, ConnectionsAnswer, RequestedEnvironment } from '../server/contract.ts';
import type { Backend } from './backend.ts';
import { asConnectError, ConnectError } from './connect-error.ts';
import { type ConnectProgress, connectInPopup, showOpenPopup } from './connect-in-popup.ts';
import { connectionsIn, restingState, withoutConnections } from './connections.ts';
import {
  AlpacaConnectedEvent,
  AlpacaDisconnectedEvent,
  AlpacaErrorEvent,
  AlpacaStateChangeEvent,
  type ConnectState,
} from './events.ts';
import type { Connected } from './exchange-grant.ts';
import { prepareProofKey } from './proof-key.ts';

/** What to connect, as the `connect()` of the element reads its attributes. */
export interface ConnectorSettings {
  environment: RequestedEnvironment;
  /** Null: every scope the server offers. */
  scope: string | null;
  disclosure: 'on' | 'off';
}

/** What a connector works for. */
export interface ConnectorHost {
  /** @throws ConnectError `config_invalid` */
  backend(): Backend;
  /** Read anew each time. */
  settings(): ConnectorSettings;
  /** Something that shows has changed. */
  changed(): void;
  dispatch(event: Event): void;
}

/** The disclosure is shown: what may happen to it. */
interface Question {
  agree(): void;
  refuse(): void;
  /** An earlier attempt succeeded late, so there is nothing left to ask. */
  settle(connection: Connection): void;
}

/** The behaviour of the element without its looks: which state it is in, and what leads to the next. */
export class Connector {
  readonly #host: ConnectorHost;
  #state: ConnectState = 'loading';
  #answer: ConnectionsAnswer | undefined;
  #error: ConnectError | undefined;
  #severed = false;
  #question: Question | undefined;
  /** The load and the attempt that count. What earlier ones still say is ignored. */
  #load: AbortController | undefined;
  #attempt: AbortController | undefined;
  #proofKey = prepareProofKey();

  constructor(host: ConnectorHost) {
    this.#host = host;
  }

  get state(): ConnectState {
    return this.#state;
  }

  /** Whether something is going on that a new setting must not disturb. */
  get busy(): boolean {
    return !['loading', 'idle', 'connected', 'expired', 'error'].includes(this.#state);
  }

  /** What the server last said, and what changed since. */
  get answer(): ConnectionsAnswer | undefined {
    return this.#answer;
  }

  get error(): ConnectError | undefined {
    return this.#error;
  }

  /** Whether the popup is out of reach: it cannot be shown, only opened again. */
  get severed(): boolean {
    return this.#severed;
  }

  get connections(): readonly Connection[] {
    return connectionsIn(this.#answer, this.#host.settings().environment);
  }

  /** Asks the server what is connected. Failure is a state, not an exception. */
  async load(): Promise<void> {
    this.#load?.abort();
    const load = new AbortController();
    this.#load = load;
    this.#enter('loading');
    try {
      const answer = await this.#host.backend().connections(load.signal);
      if (load.signal.aborted) return;
      this.#answer = answer;
      this.rest();
    } catch (thrown) {
      if (!load.signal.aborted) this.#fail(thrown);
    }
  }

  /** Connects; opens the popup before it returns where nothing has to be asked first. */
  connect(signal?: AbortSignal): Promise<Connection> {
    const shown = showOpenPopup();
    if (shown) return shown.then(({ connection }) => connection);
    const agreed = this.#host.settings().disclosure === 'off' || this.#state === 'waiting';
    return agreed ? this.#openPopup(signal) : this.#ask(signal);
  }

  /** The person read the disclosure and continues. Has to be called from the click. */
  agree(): void {
    this.#question?.agree();
  }

  /** Gives up whatever is going on. */
  cancel(): void {
    this.#question?.refuse();
    this.#attempt?.abort();
  }

  async disconnect(): Promise<void> {
    const environments = this.connections.map(({ environment }) => environment);
    try {
      const backend = this.#host.backend();
      await Promise.all(environments.map((environment) => backend.disconnect(environment)));
    } catch (thrown) {
      this.#error = asConnectError(thrown);
      this.#host.changed();
      this.#host.dispatch(new AlpacaErrorEvent(this.#error));
      throw this.#error;
    }
    this.correct((answer) => withoutConnections(answer, environments));
    this.#host.dispatch(new AlpacaDisconnectedEvent(environments));
  }

  /** Corrects what is known to be connected, and shows it unless something is going on. */
  correct(change: (answer: ConnectionsAnswer) => ConnectionsAnswer): void {
    if (this.#answer) this.#answer = change(this.#answer);
    if (!this.busy) this.rest();
  }

  /** Shows what is connected. */
  rest(): void {
    this.#severed = false;
    this.#error = undefined;
    this.#enter(restingState(this.connections));
  }

  async #ask(signal?: AbortSignal): Promise<Connection> {
    this.#question?.refuse();
    if (!this.#answer) await this.load();
    if (!this.#answer) throw this.#error ?? new ConnectError('cancelled');
    return new Promise((resolve, reject) => {
      const question: Question = {
        agree: () => resolve(this.#openPopup(signal)),
        refuse: () => reject(this.#fail(new ConnectError('cancelled'))),
        settle: resolve,
      };
      const refuse = () => this.#question === question && question.refuse();
      this.#question = question;
      this.#enter('disclosing');
      signal?.addEventListener('abort', refuse, { once: true });
      if (signal?.aborted) refuse();
    });
  }

  /** Reaches `window.open` before its first `await`. */
  async #openPopup(signal?: AbortSignal): Promise<Connection> {
    const attempt = new AbortController();
    const { environment, scope } = this.#host.settings();
    const proofKey = this.#proofKey;
    this.#question = undefined;
    this.#attempt = attempt;
    this.#proofKey = prepareProofKey();
    signal?.addEventListener('abort', () => attempt.abort(), { once: true });
    if (signal?.aborted) attempt.abort();
    try {
      const connected = await connectInPopup({
        backend: this.#host.backend(),
        environment,
        ...(scope === null ? {} : { scope }),
        proofKey,
        signal: attempt.signal,
        onProgress: (progress) => this.#attempt === attempt && this.#advance(progress),
        onLateConnection: (late) => this.#attempt === attempt && this.#arrive(late),
      });
      this.#arrive(connected);
      return connected.connection;
    } catch (thrown) {
      throw this.#attempt === attempt ? this.#fail(thrown) : thrown;
    }
  }

  #advance(progress: ConnectProgress): void {
    this.#load?.abort();
    this.#severed = progress === 'severed';
    this.#enter(progress === 'severed' ? 'waiting' : progress);
  }

  #arrive({ connection, answer }: Connected): void {
    const question = this.#question;
    this.#question = undefined;
    this.#load?.abort();
    this.#answer = answer;
    this.rest();
    this.#host.dispatch(new AlpacaConnectedEvent(connection, this.connections));
    question?.settle(connection);
  }

  /** A flow ended without a connection. Cancelling is what the person wanted, so it is no state of its own. */
  #fail(thrown: unknown): ConnectError {
    const error = asConnectError(thrown);
    this.#question = undefined;
    if (error.code === 'cancelled') {
      this.rest();
    } else {
      this.#severed = false;
      this.#error = error;
      this.#enter('error');
    }
    this.#host.dispatch(new AlpacaErrorEvent(error));
    return error;
  }

  #enter(state: ConnectState): void {
    const entered = state !== this.#state;
    this.#state = state;
    this.#host.changed();
    if (entered) this.#host.dispatch(new AlpacaStateChangeEvent(state));
  }
}
