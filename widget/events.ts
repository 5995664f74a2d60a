import type { ConnectErrorCode, Connection, Environment } from '../server/contract.ts';
import type { ConnectError } from './connect-error.ts';
import { en } from './messages/en.ts';
import { fillIn, type Messages } from './messages/messages.ts';

/**
 * What the element is doing. `expired`: Alpaca revoked the connection. `error`: the last thing failed; the element
 * shows why and offers to try again.
 */
export type ConnectState =
  | 'loading'
  | 'idle'
  | 'disclosing'
  | 'opening'
  | 'waiting'
  | 'finishing'
  | 'connected'
  | 'expired'
  | 'error';

const REACHES_THE_PAGE = { bubbles: true, composed: true };

/** The person connected an account just now. A connection that was already there is told by `alpaca-statechange`. */
export class AlpacaConnectedEvent extends Event {
  static readonly eventName = 'alpaca-connected';
  readonly connection: Connection;
  /** Every connection that the element now shows; two when one consent covered paper and live. */
  readonly connections: readonly Connection[];

  constructor(connection: Connection, connections: readonly Connection[]) {
    super(AlpacaConnectedEvent.eventName, REACHES_THE_PAGE);
    this.connection = connection;
    this.connections = connections;
  }
}

/** The server deleted its copy of the token. */
export class AlpacaDisconnectedEvent extends Event {
  static readonly eventName = 'alpaca-disconnected';
  /** What was disconnected. */
  readonly connections: readonly Connection[];
  /** Where they were. Of several accounts of one environment, others may be left. */
  readonly environments: readonly Environment[];

  constructor(connections: readonly Connection[]) {
    super(AlpacaDisconnectedEvent.eventName, REACHES_THE_PAGE);
    this.connections = connections;
    this.environments = [...new Set(connections.map(({ environment }) => environment))];
  }
}

/** Something failed, or the person cancelled (`code` is `cancelled`). */
export class AlpacaErrorEvent extends Event {
  static readonly eventName = 'alpaca-error';
  readonly code: ConnectErrorCode;
  /** What happened and what to do next, for a person. */
  readonly message: string;

  /** @param provider The name of whom the person connects through. */
  constructor(error: ConnectError, provider = 'Alpaca') {
    super(AlpacaErrorEvent.eventName, REACHES_THE_PAGE);
    this.code = error.code;
    this.message = fillIn(sentenceOf(error, en), { provider });
  }
}

/** What a person reads of an error. The server's own sentence says more than ours, but it is English: a translation goes before it. */
export function sentenceOf({ code, message, foreignStatus }: ConnectError, { error }: Messages): string {
  if (foreignStatus !== undefined) return fillIn(error.foreign_answer, { status: foreignStatus });
  if (Object.hasOwn(error, message)) return error[message as keyof typeof error];
  return error[code] === en.error[code] ? message : error[code];
}

/** The element's state changed, or what is connected did. */
export class AlpacaStateChangeEvent extends Event {
  static readonly eventName = 'alpaca-statechange';
  readonly state: ConnectState;

  constructor(state: ConnectState) {
    super(AlpacaStateChangeEvent.eventName, REACHES_THE_PAGE);
    this.state = state;
  }
}

declare global {
  /** Of elements, and of the document and the window, which the events reach too. */
  interface GlobalEventHandlersEventMap {
    'alpaca-connected': AlpacaConnectedEvent;
    'alpaca-disconnected': AlpacaDisconnectedEvent;
    'alpaca-error': AlpacaErrorEvent;
    'alpaca-statechange': AlpacaStateChangeEvent;
  }
}
