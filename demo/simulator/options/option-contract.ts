import { ASSETS, type Asset, findAsset } from '../market/assets.ts';
import { DAY, dateOf, startOfDay } from '../market/trading-day.ts';
import { CORE_CLOSE } from '../market/trading-hours.ts';

/** An option on a hundred shares of a simulated stock. */
export interface OptionContract {
  /** OCC symbol: underlying, expiration, type, and the strike price in thousandths, as in `AAPL261218C00230000`. */
  symbol: string;
  underlying: Asset;
  type: 'call' | 'put';
  strike: number;
  /** `YYYY-MM-DD` */
  expiration: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

const OCC_SYMBOL = /^([A-Z]{1,6})(\d\d)(\d\d)(\d\d)([CP])(\d{8})$/;
const STEPS = [0.5, 1, 2.5, 5, 10, 25, 50];
/** How many strikes there are on each side of the middle one. */
const STRIKES_ASIDE = 5;

/** Whether the text could be the symbol of an option, known or not. */
export function isOptionSymbol(text: string): boolean {
  return OCC_SYMBOL.test(text);
}

/** Every contract that is listed at a moment, by symbol. */
export function listContracts(now: number): OptionContract[] {
  const stocks = ASSETS.filter((asset) => asset.class === 'us_equity');
  return stocks.flatMap((stock) => contractsOn(stock, now));
}

/** The contracts on one stock that are listed at a moment, by symbol. */
export function contractsOn(underlying: Asset, now: number): OptionContract[] {
  const strikes = strikesOf(underlying);
  return expirationsAt(now).flatMap((expiration) =>
    (['call', 'put'] as const).flatMap((type) =>
      strikes.map((strike) => contractOf(underlying, expiration, type, strike)),
    ),
  );
}

/** The contract of an OCC symbol, if it is listed at a moment. */
export function findContract(symbol: string, now: number): OptionContract | undefined {
  const [, root = '', year, month, day, letter, thousandths] = OCC_SYMBOL.exec(symbol) ?? [];
  const underlying = findAsset(root);
  const expiration = `20${year}-${month}-${day}`;
  const strike = Number(thousandths) / 1_000;
  if (underlying?.symbol !== root || !expirationsAt(now).includes(expiration)) return undefined;
  if (!strikesOf(underlying).includes(strike)) return undefined;
  return contractOf(underlying, expiration, letter === 'C' ? 'call' : 'put', strike);
}

function contractOf(
  underlying: Asset,
  expiration: string,
  type: 'call' | 'put',
  strike: number,
): OptionContract {
  const thousandths = String(strike * 1_000).padStart(8, '0');
  const symbol = `${underlying.symbol}${expiration.slice(2).replaceAll('-', '')}${type === 'call' ? 'C' : 'P'}${thousandths}`;
  const expiresAt = startOfDay(Date.parse(expiration) + DAY / 2) + CORE_CLOSE;
  return { symbol, underlying, type, strike, expiration, expiresAt };
}

/** Strikes stay where they are while the price moves, as listed ones do: about four percent apart. */
function strikesOf({ basePrice }: Asset): number[] {
  const step = STEPS.find((size) => size >= basePrice / 25) ?? 50;
  const middle = Math.round(basePrice / step) * step;
  return Array.from({ length: 2 * STRIKES_ASIDE + 1 }, (_, index) => middle + (index - STRIKES_ASIDE) * step);
}

/** The Fridays of the next four weeks, and the third Fridays of the next three months. */
function expirationsAt(now: number): string[] {
  const dates: string[] = [];
  for (let day = 0; day < 120; day++) {
    const date = dateOf(startOfDay(now) + day * DAY + DAY / 2);
    const dayOfMonth = Number(date.slice(8));
    const friday = new Date(date).getUTCDay() === 5;
    if (friday && (day < 28 || (dayOfMonth > 14 && dayOfMonth < 22))) dates.push(date);
  }
  return dates;
}
