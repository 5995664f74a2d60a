import type { Snapshot } from './alpaca-answers.ts';
import { findPart, writePart } from './find-part.ts';
import { formatPrice, showChange } from './format-amount.ts';
import type { PriceNews } from './price-feed.ts';
import { describeFailure } from './refusal.ts';

/** The chosen symbol with its latest price, the day's change, bid and ask. @returns what shows news of a symbol */
export function quoteLine(root: HTMLElement): (symbol: string, news: PriceNews) => void {
  const line = findPart(root, 'quote');
  return (symbol, news) => {
    writePart(line, 'quoted', symbol || 'No symbol');
    const snapshot = 'snapshot' in news ? news.snapshot : undefined;
    line.dataset['state'] = snapshot ? 'ready' : 'failed';
    if (snapshot) showSnapshot(line, snapshot);
    else writePart(line, 'problem', symbol === '' ? 'Enter a symbol in the ticket.' : describeLack(news));
  };
}

function describeLack(news: PriceNews): string {
  return 'failure' in news ? `No price. ${describeFailure(news.failure)}` : 'No price is known.';
}

function showSnapshot(line: HTMLElement, { latestTrade, latestQuote, prevDailyBar }: Snapshot): void {
  const [price, before] = [latestTrade?.p, prevDailyBar?.c];
  writePart(line, 'price', formatPrice(price));
  writePart(line, 'bid', formatPrice(latestQuote?.bp || null));
  writePart(line, 'ask', formatPrice(latestQuote?.ap || null));
  const known = price !== undefined && before !== undefined && before !== 0;
  const change = known ? price - before : null;
  showChange(findPart(line, 'change'), change, known ? price / before - 1 : null);
}
