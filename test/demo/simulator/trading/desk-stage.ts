import { createPriceWalk, type PriceWalk } from '../../../../demo/simulator/market/price-walk.ts';
import type { Account } from '../../../../demo/simulator/trading/account.ts';
import { createFillPlanner, type FillDelay } from '../../../../demo/simulator/trading/fill-plan.ts';
import { openAccounts } from '../../../../demo/simulator/trading/opening-accounts.ts';
import { OrderDesk } from '../../../../demo/simulator/trading/order-desk.ts';
import { readOrderTicket } from '../../../../demo/simulator/trading/order-ticket.ts';
import type { TradeUpdate } from '../../../../server/contract.ts';

/** A desk with the first paper account, without HTTP and without a clock of its own. */
export interface DeskStage {
  account: Account;
  desk: OrderDesk;
  prices: PriceWalk;
  /** Everything that was announced, oldest first. */
  updates: TradeUpdate[];
  /** How often it was saved. */
  saves(): number;
}

interface DeskOptions {
  seed?: string;
  delay?: FillDelay;
  prices?: PriceWalk;
}

export function openDesk(options: DeskOptions = {}): DeskStage {
  const { seed = 'alpaca', delay = { least: 0, most: 0 }, prices = createPriceWalk(seed) } = options;
  const [account] = openAccounts(prices, Date.now());
  if (account === undefined) throw new Error('The simulator opens no account.');
  const updates: TradeUpdate[] = [];
  let saved = 0;
  const desk = new OrderDesk({
    prices,
    planFills: createFillPlanner(seed, delay),
    save: () => {
      saved += 1;
    },
    announce: (_account, update) => updates.push(update),
  });
  return { account, desk, prices, updates, saves: () => saved };
}

/** One price for everything, which the test sets. */
export class SetPrice implements PriceWalk {
  price = 100;

  at(): number {
    return this.price;
  }

  range(): { low: number; high: number } {
    return { low: this.price, high: this.price };
  }
}

/** The ticket of a market order for three shares, but for the given changes. */
export function ticket(changes: object = {}) {
  const fields = { symbol: 'KO', side: 'buy', type: 'market', time_in_force: 'day', qty: '3', ...changes };
  return readOrderTicket(fields);
}

/** Matches until nothing more happens. */
export function settle({ desk, account, updates }: DeskStage): void {
  let before: number;
  do {
    before = updates.length;
    desk.match(account, Date.now());
  } while (updates.length > before);
}
