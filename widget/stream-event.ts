import type { StreamEnd, StreamGap, StreamStatus, TradeUpdate } from '../server/contract.ts';

/**
 * What a stream of trade updates yields.
 *
 * - `update`: what Alpaca says about an order. `id` names the update within the stream.
 * - `status`: whether updates arrive: `open`, or not yet (`connecting`), or not now (`retrying`, next in `retryIn` milliseconds).
 * - `gap`: updates may be missing before the next one, so ask for the orders again.
 * - `end`: the last one. To listen again would be refused with the same `code`; `message` tells the person what to do.
 */
export type StreamEvent =
  | { type: 'update'; id: string; update: TradeUpdate }
  | ({ type: 'status' } & StreamStatus)
  | ({ type: 'gap' } & StreamGap)
  | ({ type: 'end' } & StreamEnd);
