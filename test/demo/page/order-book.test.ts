import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Order } from '../../../demo/page/alpaca-answers.ts';
import { isEarlier, OrderBook } from '../../../demo/page/order-book.ts';
import { exampleOrder } from './example-order.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 10, 23, 15, 0, second)).toISOString();
/** The life of one order, as Alpaca tells it. */
const LIFE: readonly Order[] = [
  exampleOrder({ status: 'pending_new', updated_at: at(1) }),
  exampleOrder({ status: 'new', updated_at: at(2) }),
  exampleOrder({ status: 'partially_filled', filled_qty: '4', updated_at: at(3) }),
  exampleOrder({ status: 'partially_filled', filled_qty: '7', updated_at: at(4) }),
  exampleOrder({ status: 'filled', filled_qty: '10', updated_at: at(5) }),
];

function states(book: OrderBook): string[] {
  return book.orders.map(({ id, status, filled_qty }) => `${id} ${status} ${filled_qty}`);
}

/** A list that was asked for, and answers when told to. */
function listing(book: OrderBook) {
  let answer = (_orders: Order[]): void => {};
  const loaded = book.reload(
    () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  );
  return async (...orders: Order[]) => {
    answer(orders);
    await loaded;
  };
}

describe('OrderBook', () => {
  it('follows an order from state to state', () => {
    const book = new OrderBook();
    const seen = LIFE.map((order) => {
      book.apply(order);
      return states(book)[0];
    });
    expect(seen).toEqual([
      '1 pending_new 0',
      '1 new 0',
      '1 partially_filled 4',
      '1 partially_filled 7',
      '1 filled 10',
    ]);
  });

  it('ends in the same state in whatever order the news arrives, and however often', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...LIFE, ...LIFE], { minLength: 10 }), (news) => {
        const book = new OrderBook();
        for (const order of news) book.apply(order);
        expect(states(book)).toEqual(['1 filled 10']);
      }),
    );
  });

  it('does not let a list that was asked for earlier undo what the stream said since', async () => {
    const book = new OrderBook();
    const answer = listing(book);
    book.apply(exampleOrder({ status: 'canceled', updated_at: at(9) }));
    await answer(exampleOrder({ status: 'new', updated_at: at(2) }));
    expect(states(book)).toEqual(['1 canceled 0']);
  });

  it('keeps an order that was placed while the list was on its way', async () => {
    const book = new OrderBook();
    const answer = listing(book);
    book.apply(exampleOrder());
    await answer();
    expect(states(book)).toEqual(['1 new 0']);
  });

  it('drops an order that Alpaca does not list any more', async () => {
    const book = new OrderBook();
    book.apply(exampleOrder());
    await listing(book)();
    expect(book.orders).toEqual([]);
  });

  it('keeps what it knows when the list does not come', async () => {
    const book = new OrderBook();
    book.apply(exampleOrder());
    await expect(book.reload(() => Promise.reject(new Error('no answer')))).rejects.toThrow();
    expect(states(book)).toEqual(['1 new 0']);
  });

  it('shows open orders first, newest first, and then the latest finished ones', () => {
    const book = new OrderBook();
    book.apply(exampleOrder({ id: 'old', submitted_at: at(1) }));
    book.apply(exampleOrder({ id: 'done', status: 'filled', submitted_at: at(5) }));
    book.apply(exampleOrder({ id: 'young', submitted_at: at(3) }));
    for (let i = 0; i < 9; i++) {
      book.apply(exampleOrder({ id: `past ${i}`, status: 'expired', updated_at: at(20 + i) }));
    }
    const ids = book.orders.map(({ id }) => id);
    expect(ids).toEqual(['young', 'old', 'past 8', 'past 7', 'past 6', 'past 5', 'past 4']);
    expect(book.openOrders.map(({ id }) => id)).toEqual(['young', 'old']);
  });
});

describe('isEarlier()', () => {
  it('takes an update of the same moment for the later one', () => {
    expect(isEarlier(exampleOrder({ status: 'pending_cancel' }), exampleOrder())).toBe(false);
  });

  it('knows without a clock that less was filled before more', () => {
    const [less, more] = [exampleOrder({ filled_qty: '9' }), exampleOrder({ filled_qty: '10' })];
    expect(isEarlier(less, more)).toBe(true);
    expect(isEarlier(more, less)).toBe(false);
  });

  it('knows without a clock that a final order was open before', () => {
    const [open, over] = [exampleOrder(), exampleOrder({ status: 'canceled' })];
    expect(isEarlier(open, over)).toBe(true);
    expect(isEarlier(over, open)).toBe(false);
  });
});
