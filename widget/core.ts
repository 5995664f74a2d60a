/**
 * The popup flow without the element, for people who bring their own button. Knows neither templates nor the DOM tree. What
 * the redirect needs is in `index.ts`, beside the element; a bundler takes only what is used.
 */
export type {
  Api,
  ConnectErrorCode,
  ConnectedAccount,
  Connection,
  ConnectionsAnswer,
  Environment,
  Provider,
  RequestedEnvironment,
} from '../server/contract.ts';
export type { AlpacaAnswer, AlpacaBody, AlpacaPath, AlpacaQuery, AlpacaResponse } from './alpaca-calls.ts';
export type { Connected } from './backend.ts';
export { Backend, exchangeGrant, type ProxiedInit } from './backend.ts';
export { ConnectError } from './connect-error.ts';
export { type ProofKey, prepareProofKey } from './pkce.ts';
export {
  type ConnectProgress,
  type ConnectRequest,
  connectInPopup,
  showOpenPopup,
} from './popup/connect-in-popup.ts';
