import type { Asset } from './assets.ts';
import type { Series } from './history.ts';
import { everyDay } from './moments.ts';
import type { PriceWalk } from './price-walk.ts';
import { CORE_CLOSE, CORE_OPEN, dateOf, isTradingDay } from './trading-day.ts';

/** The opening and closing auctions of one day. */
interface DailyAuctions {
  d: string;
  o: Auction[];
  c: Auction[];
}

/** Time, exchange, price, size, and the condition that tells an auction from other trades. */
interface Auction {
  t: string;
  x: string;
  p: number;
  s: number;
  c: string;
}

/** The auctions of trading days, each as soon as it was held. */
export function auctionSeries(prices: PriceWalk): Series<DailyAuctions> {
  return {
    moments: everyDay,
    at(asset, midnight, now) {
      if (!isTradingDay(midnight) || midnight + CORE_OPEN > now) return undefined;
      const closed = midnight + CORE_CLOSE <= now;
      return {
        d: dateOf(midnight),
        o: [auction(midnight + CORE_OPEN, asset, 'O')],
        c: closed ? [auction(midnight + CORE_CLOSE, asset, '6')] : [],
      };
    },
  };

  function auction(time: number, asset: Asset, condition: string): Auction {
    const x = asset.exchange === 'NASDAQ' ? 'Q' : asset.exchange === 'ARCA' ? 'P' : 'N';
    const t = new Date(time).toISOString();
    return { t, x, p: prices.at(asset, time), s: 25_000, c: condition };
  }
}
