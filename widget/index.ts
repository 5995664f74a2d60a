/** What the package offers to a bundler. Importing it defines nothing, so it is safe on a server too. */
export { AlpacaConnectElement, version } from './alpaca-connect-element.ts';
export { type ConnectMode, canRedirect, canReturn, chooseWay } from './choose-way.ts';
export {
  connectByRedirect,
  dueExchange,
  forgetRedirect,
  type RedirectRequest,
  takeGrant,
} from './connect-by-redirect.ts';
export * from './core.ts';
export {
  AlpacaConnectedEvent,
  AlpacaDisconnectedEvent,
  AlpacaErrorEvent,
  AlpacaStateChangeEvent,
  type ConnectState,
} from './events.ts';
export type { AlpacaConnectJsx, AlpacaConnectProps } from './jsx.ts';
export { en } from './messages/en.ts';
export type { Messages, SomeMessages } from './messages/messages.ts';
export * from './stream.ts';
