/** What the package offers to a bundler. Importing it defines nothing, so it is safe on a server too. */
export type {
  Api,
  ConnectErrorCode,
  ConnectedAccount,
  Connection,
  ConnectionsAnswer,
  Environment,
  RequestedEnvironment,
} from '../server/contract.ts';
export { AlpacaConnectElement } from './alpaca-connect-element.ts';
export { Backend } from './backend.ts';
export { ConnectError } from './connect-error.ts';
export {
  type ConnectProgress,
  type ConnectRequest,
  connectInPopup,
  showOpenPopup,
} from './connect-in-popup.ts';
export {
  AlpacaConnectedEvent,
  AlpacaDisconnectedEvent,
  AlpacaErrorEvent,
  AlpacaStateChangeEvent,
  type ConnectState,
} from './events.ts';
export type { Connected } from './exchange-grant.ts';
export { type ProofKey, prepareProofKey } from './proof-key.ts';
export { version } from './version.ts';
