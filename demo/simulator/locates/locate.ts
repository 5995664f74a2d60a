import { decimal } from '../api/decimal.ts';
import { DAY, startOfDay } from '../market/trading-day.ts';

/** Dollars per share. */
export const LOCATE_FEE = 0.02;

/** What somebody asks for: shares to sell short, in lots of a hundred. */
export interface LocateOrder {
  symbol: string;
  qty: number;
  all_or_none: boolean;
  limit_price?: string | null | undefined;
}

/** Shares that were found, under Alpaca's own names. The simulator finds all that are asked for. */
export type Locate = ReturnType<typeof locate>;

export function locate(id: string, order: LocateOrder, createdAt: Date) {
  return {
    id,
    symbol: order.symbol,
    requested_qty: order.qty,
    all_or_none: order.all_or_none,
    limit_price: order.limit_price ?? null,
    located_qty: order.qty,
    located_price: decimal(LOCATE_FEE),
    total_fee: decimal(LOCATE_FEE * order.qty),
    created_at: createdAt.toISOString(),
    expires_at: new Date(startOfDay(createdAt.getTime()) + DAY).toISOString(),
  };
}

/** The locate as the API writes it: it is good until the end of its day. */
export function locateAnswer(made: Locate) {
  return { ...made, status: Date.parse(made.expires_at) > Date.now() ? 'active' : 'expired' };
}
