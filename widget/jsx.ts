import type { RequestedEnvironment } from '../server/contract.ts';
import type { AlpacaConnectElement } from './alpaca-connect-element.ts';
import type { ConnectMode } from './choose-way.ts';
import type {
  AlpacaConnectedEvent,
  AlpacaDisconnectedEvent,
  AlpacaErrorEvent,
  AlpacaStateChangeEvent,
} from './events.ts';
import type { SomeMessages } from './messages/messages.ts';

/** What `<alpaca-connect>` takes in JSX: its attributes and properties, and a listener for each of its events. */
export interface AlpacaConnectProps {
  server?: string;
  environment?: RequestedEnvironment;
  scope?: string;
  mode?: ConnectMode;
  theme?: AlpacaConnectElement['theme'];
  disclosure?: AlpacaConnectElement['disclosure'];
  provider?: string;
  multiple?: boolean;
  away?: string | number;
  messages?: SomeMessages;
  lang?: string;
  id?: string;
  class?: string;
  className?: string;
  hidden?: boolean;
  slot?: string;
  suppressHydrationWarning?: boolean;
  ref?: unknown;
  children?: unknown;
  'onalpaca-connected'?: (event: AlpacaConnectedEvent) => void;
  'onalpaca-disconnected'?: (event: AlpacaDisconnectedEvent) => void;
  'onalpaca-error'?: (event: AlpacaErrorEvent) => void;
  'onalpaca-statechange'?: (event: AlpacaStateChangeEvent) => void;
}

/**
 * To extend the `JSX.IntrinsicElements` of a framework with, for example
 * `declare module 'react' { namespace JSX { interface IntrinsicElements extends AlpacaConnectJsx {} } }`.
 */
export interface AlpacaConnectJsx {
  'alpaca-connect': AlpacaConnectProps;
}
