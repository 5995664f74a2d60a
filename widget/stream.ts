/** Trade updates without the element, for people who bring their own button. Apart from `core.ts`, because few pages need both. */
export type { Environment, StreamEnd, StreamGap, StreamStatus, TradeUpdate } from '../server/contract.ts';
export type { StreamEvent } from './trade-updates.ts';
export { type TradeUpdatesOptions, tradeUpdates } from './trade-updates.ts';
