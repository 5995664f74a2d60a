import { round } from '../api/decimal.ts';
import { ASSETS, plainSymbol } from '../market/assets.ts';
import type { PriceWalk } from '../market/price-walk.ts';
import { startOfDay } from '../market/trading-day.ts';

/** How often something is in the news, in milliseconds. */
export const NEWS_INTERVAL = 1_800_000;

/** Which asset the news of a moment is about: each in turn, in an order that does not look like one. */
export function topicOf(moment: number) {
  const asset = ASSETS[((moment / NEWS_INTERVAL) * 7) % ASSETS.length];
  if (asset === undefined) throw new RangeError(`There is no news at ${moment}: it is not a moment of news.`);
  return asset;
}

/** The news of a moment: what the price of its topic did that day. */
export function articleAt(prices: PriceWalk, moment: number, withContent: boolean) {
  const id = moment / NEWS_INTERVAL;
  const asset = topicOf(moment);
  const [before, price] = [prices.at(asset, startOfDay(moment)), prices.at(asset, moment)];
  const percent = round((price / before - 1) * 100);
  const at = `${new Date(moment).toISOString().slice(0, 19)}Z`;
  const headline = `${asset.name} ${percent < 0 ? 'falls' : 'rises'} ${Math.abs(percent)}%`;
  return {
    id,
    headline,
    author: 'Simulated Newsroom',
    created_at: at,
    updated_at: at,
    summary: `${asset.symbol} stands at ${price} dollars, after ${before} at the start of the day.`,
    content: withContent ? `<p>${headline}, in a market that does not exist.</p>` : '',
    images: [],
    symbols: [plainSymbol(asset)],
    source: 'simulator',
    url: `https://news.example/${id}`,
  };
}
