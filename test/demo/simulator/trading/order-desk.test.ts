import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountAnswer } from '../../../../demo/simulator/trading/account-routes.ts';
import { availableQty } from '../../../../demo/simulator/trading/buying-power.ts';
import { equityAt, ledgerOf } from '../../../../demo/simulator/trading/holdings.ts';
import { isOpen } from '../../../../demo/simulator/trading/order.ts';
import type { TradeUpdate } from '../../../../server/contract.ts';
import { type DeskStage, openDesk, settle, ticket } from './desk-stage.ts';

const DAY = 86_400_000;
const RESTING = { type: 'limit', limit_price: '1', time_in_force: 'gtc' };

function events(stage: DeskStage, orderId: string): string[] {
  return stage.updates.filter(({ order }) => order.id === orderId).map(({ event }) => event);
}

describe('OrderDesk', () => {
  it('announces an order as new, and each part that is filled with what the account then holds', () => {
    const stage = openDesk();
    const { id } = stage.desk.place(stage.account, ticket({ qty: '100' }));
    settle(stage);
    const [first, ...fills] = stage.updates;
    expect(first).toMatchObject({ event: 'new', order: { id, status: 'new', filled_qty: '0' } });
    expect(first).not.toHaveProperty('position_qty');
    let held = 0;
    for (const [index, fill] of fills.entries()) {
      const last = index === fills.length - 1;
      held += Number(fill.qty);
      expect(fill).toMatchObject({
        event: last ? 'fill' : 'partial_fill',
        position_qty: String(held),
        order: { id, status: last ? 'filled' : 'partially_filled', filled_qty: String(held) },
      });
    }
    expect(held).toBe(100);
  });

  it('fills in one, two or three parts', () => {
    const stage = openDesk();
    const counts = Array.from({ length: 20 }, () => {
      const { id } = stage.desk.place(stage.account, ticket({ qty: '10' }));
      settle(stage);
      return events(stage, id).length - 1;
    });
    expect(new Set(counts)).toEqual(new Set([1, 2, 3]));
  });

  it('runs the same way again with the same seed, and another way with another', () => {
    const run = (seed: string) => {
      const stage = openDesk({ seed });
      for (let count = 0; count < 8; count++) stage.desk.place(stage.account, ticket({ qty: '50' }));
      settle(stage);
      return stage.updates.map(({ event, qty }) => [event, qty]);
    };
    expect(run('alpaca')).toEqual(run('alpaca'));
    expect(run('another')).not.toEqual(run('alpaca'));
  });

  it('gives every event an id that sorts after those before it, and each fill the id of its activity', () => {
    const stage = openDesk();
    for (let count = 0; count < 5; count++) stage.desk.place(stage.account, ticket());
    settle(stage);
    const ids = stage.updates.map((update) => String(update['event_id']));
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(ids.length);
    const executions = stage.updates
      .filter(({ qty }) => qty !== undefined)
      .map((update) => update['execution_id']);
    const activities = stage.account.fills.slice(-executions.length).map(({ id }) => id.split('::')[1]);
    expect(executions).toEqual(activities);
  });

  it('waits before the first fill and between the others', () => {
    const stage = openDesk({ delay: { least: 1_000, most: 1_000 } });
    const orders = Array.from({ length: 20 }, () => stage.desk.place(stage.account, ticket({ qty: '30' })));
    const order = orders.find(({ plan }) => plan.length === 3);
    if (order === undefined) throw new Error('Of 20 orders none is filled in three parts.');
    const placed = Date.parse(order.submittedAt);
    for (let part = 1; part <= 3; part++) {
      stage.desk.match(stage.account, placed + part * 1_000 - 1);
      expect(events(stage, order.id)).toHaveLength(part);
      stage.desk.match(stage.account, placed + part * 1_000);
      expect(events(stage, order.id)).toHaveLength(part + 1);
    }
    expect(order.status).toBe('filled');
  });

  it('announces a cancellation and keeps what was filled before', () => {
    const stage = openDesk();
    const order = stage.desk.place(stage.account, ticket(RESTING));
    stage.desk.fill(stage.account, order, { qty: 1 });
    stage.desk.end(stage.account, order, 'canceled');
    expect(events(stage, order.id)).toEqual(['new', 'partial_fill', 'canceled']);
    expect(stage.updates.at(-1)?.order).toMatchObject({
      status: 'canceled',
      filled_qty: '1',
      canceled_at: expect.any(String),
      filled_at: null,
    });
    expect(ledgerOf(stage.account).holdings.get('KO')?.qty).toBe(1);
    expect(() => stage.desk.end(stage.account, order, 'canceled')).toThrow('already in "canceled" state');
  });

  it('announces a replacement as the end of the old order and a new one', () => {
    const stage = openDesk();
    const order = stage.desk.place(stage.account, ticket(RESTING));
    const successor = stage.desk.replace(stage.account, order, ticket({ ...RESTING, limit_price: '2' }));
    expect(stage.updates.slice(1)).toMatchObject([
      {
        event: 'replaced',
        order: { id: order.id, replaced_by: successor.id, replaced_at: expect.any(String) },
      },
      { event: 'new', order: { id: successor.id, replaces: order.id, limit_price: '2' } },
    ]);
  });

  it('rejects with the time of the failure', () => {
    const stage = openDesk();
    const order = stage.desk.place(stage.account, ticket(RESTING));
    stage.desk.end(stage.account, order, 'rejected');
    expect(stage.updates.at(-1)).toMatchObject({
      event: 'rejected',
      order: { status: 'rejected', failed_at: expect.any(String) },
    });
  });

  it('lets a day order expire at the close of its day, and none that is good till cancelled', () => {
    const stage = openDesk();
    const day = stage.desk.place(stage.account, ticket({ ...RESTING, time_in_force: 'day' }));
    const good = stage.desk.place(stage.account, ticket(RESTING));
    const close = Date.parse(day.expiresAt ?? '');
    expect(close - Date.now()).toBeLessThanOrEqual(DAY + 60_000);
    stage.desk.expire(stage.account, close - 1);
    expect([day.status, good.status]).toEqual(['new', 'new']);
    stage.desk.expire(stage.account, close);
    expect(day.status).toBe('expired');
    stage.desk.expire(stage.account, close + 100 * DAY);
    expect(good.status).toBe('new');
    expect(events(stage, day.id)).toEqual(['new', 'expired']);
  });

  it('fills no more than is open', () => {
    const stage = openDesk();
    const order = stage.desk.place(stage.account, ticket(RESTING));
    for (const qty of [4, 0, -1, Number.NaN])
      expect(() => stage.desk.fill(stage.account, order, { qty })).toThrow('qty must be > 0 and <= 3');
    stage.desk.fill(stage.account, order, { qty: 2, price: 50 });
    stage.desk.fill(stage.account, order, { price: 80 });
    expect(stage.updates.at(-1)).toMatchObject({ price: '80', qty: '1', order: { filled_avg_price: '60' } });
  });

  it('saves a change before it announces it, once', () => {
    const stage = openDesk();
    const order = stage.desk.place(stage.account, ticket(RESTING));
    const savedAtAnnouncement: number[] = [];
    stage.updates.push = (update: TradeUpdate) =>
      savedAtAnnouncement.push(stage.saves(), update.order.id.length);
    stage.desk.end(stage.account, order, 'canceled');
    expect(savedAtAnnouncement[0]).toBe(2);
    stage.desk.match(stage.account, Date.now());
    expect(stage.saves()).toBe(2);
  });

  it('reserves only what is still open of an order', () => {
    const stage = openDesk();
    const power = () => Number(accountAnswer(stage.account, stage.prices, Date.now()).buying_power);
    const order = stage.desk.place(stage.account, ticket({ ...RESTING, qty: '100' }));
    const before = power();
    stage.desk.fill(stage.account, order, { qty: 60, price: 1 });
    expect(power()).toBeCloseTo(before, 2);
    stage.desk.end(stage.account, order, 'canceled');
    expect(power()).toBeCloseTo(before + 40, 2);
  });

  it('holds only the shares that are still open of an order', () => {
    const stage = openDesk();
    const free = () => availableQty(stage.account, 'AAPL', stage.prices, Date.now());
    const held = free();
    const sell = { ...RESTING, symbol: 'AAPL', side: 'sell', qty: '10', limit_price: '99999' };
    const order = stage.desk.place(stage.account, ticket(sell));
    stage.desk.fill(stage.account, order, { qty: 4 });
    expect(free()).toBe(held - 10);
    stage.desk.end(stage.account, order, 'canceled');
    expect(free()).toBe(held - 4);
  });
});

/** What a person, the market and the control can do next; numbers choose among what there is. */
const step = fc.oneof(
  fc.record({
    kind: fc.constant('place' as const),
    side: fc.constantFrom('buy', 'sell'),
    symbol: fc.constantFrom('KO', 'AAPL', 'BTC/USD'),
    size: fc.oneof(
      fc.integer({ min: 1, max: 30 }).map((qty) => ({ qty })),
      fc.integer({ min: 1, max: 3_000 }).map((thousandths) => ({ qty: thousandths / 1_000 })),
      fc.integer({ min: 1, max: 50_000 }).map((cents) => ({ qty: undefined, notional: cents / 100 })),
    ),
  }),
  fc.record({
    kind: fc.constant('place exits' as const),
    order_class: fc.constantFrom('bracket', 'oto', 'oco'),
    symbol: fc.constantFrom('KO', 'AAPL'),
    qty: fc.integer({ min: 1, max: 10 }),
    // The price takes the profit at once, or the loss at once, or neither.
    prices: fc.constantFrom(['0.02', '0.01'], ['1000001', '1000000'], ['1000001', '0.01']),
    profit: fc.boolean(),
  }),
  fc.record({
    kind: fc.constantFrom('match', 'fill', 'cancel', 'reject', 'replace'),
    choice: fc.nat(),
    share: fc.double({ min: 0.01, max: 1, noNaN: true }),
  }),
);

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

function withExits({ order_class, symbol, qty, prices, profit }: Extract<Step, { order_class: string }>) {
  const [limit_price, stop_price] = prices;
  const oco = order_class === 'oco' ? { side: 'sell', type: 'limit' } : {};
  const takeProfit = order_class !== 'oto' || profit ? { take_profit: { limit_price } } : {};
  const stopLoss = order_class !== 'oto' || !profit ? { stop_loss: { stop_price } } : {};
  return { order_class, symbol, qty, ...oco, ...takeProfit, ...stopLoss };
}

/** Does a step; what the desk refuses is no step. */
function act(stage: DeskStage, next: Step): void {
  const { desk, account } = stage;
  try {
    if (next.kind === 'place') {
      const crypto = next.symbol.includes('/');
      const { side, symbol, size } = next;
      desk.place(account, ticket({ side, symbol, time_in_force: crypto ? 'gtc' : 'day', ...size }));
      return;
    }
    if (next.kind === 'place exits') {
      desk.place(account, ticket(withExits(next)));
      return;
    }
    if (next.kind === 'match') desk.match(account, Date.now());
    const open = account.orders.filter(isOpen);
    const order = open[next.choice % open.length];
    if (order === undefined) return;
    if (next.kind === 'fill') desk.fill(account, order, order.qty === null ? {} : { qty: next.share });
    if (next.kind === 'cancel') desk.end(account, order, 'canceled');
    if (next.kind === 'reject') desk.end(account, order, 'rejected');
    if (next.kind === 'replace')
      desk.replace(account, order, ticket({ symbol: order.symbol, side: order.side, ...RESTING }));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ApiError') throw error;
  }
}

describe('OrderDesk, whatever happens', () => {
  it('tells each order as a sound story, and the stories add up to positions, cash and equity', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const stage = openDesk();
        const { account, prices, updates } = stage;
        const opening = ledgerOf(account);
        for (const next of steps) act(stage, next);
        settle(stage);

        const placed = account.orders.filter(({ id }) => updates.some(({ order }) => order.id === id));
        for (const order of placed) {
          const story = updates.filter((update) => update.order.id === order.id);
          expect(story.map(({ event }) => event).join(' ')).toMatch(
            /^(new( partial_fill)*( fill| canceled| rejected| replaced)?|canceled|rejected)$/,
          );
          const filled = story.reduce((sum, { qty = '0' }) => sum + Number(qty), 0);
          expect(filled).toBeCloseTo(order.filledQty, 8);
          if (order.qty !== null) expect(filled).toBeLessThanOrEqual(order.qty + 1e-9);
          if (order.notional !== null)
            expect(order.filledQty * (order.filledPrice ?? 0)).toBeLessThanOrEqual(order.notional + 0.01);
        }

        let cash = opening.cash;
        const held = new Map([...opening.holdings].map(([symbol, { qty }]) => [symbol, qty]));
        for (const { order, qty, price, position_qty } of updates) {
          if (qty === undefined) continue;
          const sign = order['side'] === 'buy' ? 1 : -1;
          cash -= sign * Number(qty) * Number(price);
          held.set(order.symbol, (held.get(order.symbol) ?? 0) + sign * Number(qty));
          expect(Number(position_qty)).toBeCloseTo(held.get(order.symbol) ?? 0, 6);
        }
        const ledger = ledgerOf(account);
        expect(Math.abs(ledger.cash - cash)).toBeLessThan(0.01 * (updates.length + 1));
        for (const { qty } of ledger.holdings.values()) expect(qty).toBeGreaterThan(0);

        const now = Date.now();
        const [equity] = equityAt(account, prices, [now]);
        expect(equity).toBe(Number(accountAnswer(account, prices, now).equity));
      }),
      { numRuns: 150 },
    );
  });
});
