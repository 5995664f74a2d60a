import { round } from '../api/decimal.ts';
import type { Bar } from '../market/bars.ts';
import { latestTrade } from '../market/latest.ts';
import type { PriceWalk } from '../market/price-walk.ts';
import { DAY } from '../market/trading-day.ts';
import { blackScholes, type Valuation } from './black-scholes.ts';
import type { OptionContract } from './option-contract.ts';

const TRADING_DAYS = 252;
/** An option never gets closer to its end than this: the formula divides by the time that is left. */
const LAST_MOMENT = 60_000;
/** Nobody sells an option for less, in dollars. */
const SMALLEST_PRICE = 0.01;

/** Per year, as a fraction: what the walk of the underlying does. */
export function volatilityOf({ underlying }: OptionContract): number {
  return round(underlying.dailyMove * Math.sqrt(TRADING_DAYS), 4);
}

/** What the option is worth while its underlying has this price. */
export function valueAt(contract: OptionContract, price: number, time: number): Valuation {
  const years = Math.max(contract.expiresAt - time, LAST_MOMENT) / (365 * DAY);
  const { type, strike } = contract;
  return blackScholes({ type, strike, price, years, volatility: volatilityOf(contract) });
}

/** The price of one share's worth, in dollars and whole cents. */
export function optionPrice(contract: OptionContract, price: number, time: number): number {
  return Math.max(SMALLEST_PRICE, round(valueAt(contract, price, time).value));
}

/** The best bid and ask: one cent to either side. */
export function optionQuote(prices: PriceWalk, contract: OptionContract, now: number) {
  const { t } = latestTrade(prices, contract.underlying, now);
  const price = optionPrice(contract, prices.at(contract.underlying, now), now);
  return { t, bp: round(price - 0.01), ap: round(price + 0.01), bs: 12, as: 15, bx: 'C', ax: 'Q', c: ' ' };
}

/** The last trade: time, price, size, exchange, condition. */
export function optionTrade(prices: PriceWalk, contract: OptionContract, now: number) {
  const { t } = latestTrade(prices, contract.underlying, now);
  return { t, p: optionPrice(contract, prices.at(contract.underlying, now), now), s: 2, x: 'C', c: 'I' };
}

/** What a bar of the underlying was for the option. Between `from` and `to` (milliseconds) its time value shrinks. */
export function optionBar(contract: OptionContract, bar: Bar, from: number, to: number): Bar {
  const [o, c] = [optionPrice(contract, bar.o, from), optionPrice(contract, bar.c, to)];
  const extremes = [optionPrice(contract, bar.h, from), optionPrice(contract, bar.l, from), o, c];
  const [h, l] = [Math.max(...extremes), Math.min(...extremes)];
  const n = Math.ceil(bar.n / 50);
  return { t: bar.t, o, h, l, c, v: n * 3, n, vw: round((o + h + l + c) / 4, 6) };
}
