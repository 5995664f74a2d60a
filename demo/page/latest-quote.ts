import type { LatestQuote } from './alpaca-answers.ts';
import { findPart, writePart } from './find-part.ts';
import { formatPrice } from './format-amount.ts';
import { readSymbol } from './order-draft.ts';
import type { PaperAccount } from './paper-account.ts';
import { poll } from './poll.ts';
import { describeFailure } from './refusal.ts';

/** Milliseconds without a keystroke before a symbol counts as typed. */
const TYPING_PAUSE = 300;
/** Milliseconds. */
const REFRESH = 5_000;

/** Bid and ask of the symbol in the ticket, from the Market Data API. */
export function latestQuote(form: HTMLFormElement, account: PaperAccount, signal: AbortSignal): void {
  const panel = findPart(form, 'quote');
  let typing: ReturnType<typeof setTimeout> | undefined;

  async function refresh(): Promise<boolean> {
    const symbol = readSymbol(new FormData(form));
    if (symbol === '') {
      panel.dataset['state'] = 'empty';
      return true;
    }
    try {
      const answer = await account.latestQuote(symbol);
      if (symbol === readSymbol(new FormData(form))) showQuote(panel, answer);
      return true;
    } catch (error) {
      panel.dataset['state'] = 'failed';
      writePart(panel, 'problem', `No quote for ${symbol}. ${describeFailure(error)}`);
      return false;
    }
  }

  const refreshNow = poll(refresh, { every: REFRESH, signal });
  findPart(form, 'symbol').addEventListener('input', () => {
    panel.dataset['state'] = 'loading';
    clearTimeout(typing);
    typing = setTimeout(refreshNow, TYPING_PAUSE);
  });
}

function showQuote(panel: HTMLElement, { symbol, quote }: LatestQuote): void {
  writePart(panel, 'quoted', symbol);
  writePart(panel, 'bid', formatPrice(quote.bp || null));
  writePart(panel, 'ask', formatPrice(quote.ap || null));
  panel.dataset['state'] = 'ready';
}
