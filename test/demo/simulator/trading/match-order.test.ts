import { describe, expect, it } from 'vitest';
import { matchOrder } from '../../../../demo/simulator/trading/match-order.ts';
import type { Order } from '../../../../demo/simulator/trading/order.ts';

const NOW = 1_000_000;

function order(changes: Partial<Order>): Order {
  return {
    id: 'order',
    clientOrderId: 'client-order',
    symbol: 'AAPL',
    side: 'buy',
    type: 'market',
    orderClass: 'simple',
    timeInForce: 'day',
    qty: 2,
    notional: null,
    limitPrice: null,
    stopPrice: null,
    trailPrice: null,
    trailPercent: null,
    extendedHours: false,
    status: 'new',
    submittedAt: '',
    updatedAt: '',
    closedAt: null,
    expiresAt: null,
    plan: [{ share: 1, wait: 0 }],
    fillsAfter: 0,
    triggered: true,
    highWaterMark: null,
    filledQty: 0,
    filledPrice: null,
    replacedBy: null,
    replaces: null,
    parentId: null,
    ...changes,
  };
}

describe('matchOrder()', () => {
  it('fills a market order at the price, once its delay is over', () => {
    expect(matchOrder(order({ fillsAfter: NOW + 1 }), 100, NOW)).toEqual({ kind: 'rest' });
    expect(matchOrder(order({ fillsAfter: NOW }), 100, NOW)).toEqual({ kind: 'fill', qty: 2, price: 100 });
  });

  it('turns a dollar amount into a quantity of nine decimals', () => {
    const match = matchOrder(order({ qty: null, notional: 100 }), 300, NOW);
    expect(match).toEqual({ kind: 'fill', qty: 0.333333333, price: 300 });
  });

  it('fills the share that is planned, in whole shares where whole ones were ordered', () => {
    const plan = [
      { share: 0.4, wait: 0 },
      { share: 1, wait: 0 },
    ];
    expect(matchOrder(order({ qty: 7, plan }), 100, NOW)).toMatchObject({ qty: 2 });
    expect(matchOrder(order({ qty: 1, plan }), 100, NOW)).toMatchObject({ qty: 1 });
    expect(matchOrder(order({ qty: 0.5, plan }), 100, NOW)).toMatchObject({ qty: 0.2 });
    expect(matchOrder(order({ qty: null, notional: 50, plan }), 100, NOW)).toMatchObject({ qty: 0.2 });
  });

  it('fills what is open with the last part, and nothing twice', () => {
    const partly = { status: 'partially_filled', filledQty: 3, filledPrice: 90 } as const;
    expect(matchOrder(order({ qty: 7, ...partly }), 100, NOW)).toMatchObject({ qty: 4 });
    expect(matchOrder(order({ qty: null, notional: 300, ...partly }), 100, NOW)).toMatchObject({ qty: 0.3 });
  });

  it.each([
    ['buy', 99.99, 'fill'],
    ['buy', 100, 'fill'],
    ['buy', 100.01, 'rest'],
    ['sell', 99.99, 'rest'],
    ['sell', 100, 'fill'],
  ] as const)('lets a limit order to %s at 100 see %d and %s', (side, price, kind) => {
    expect(matchOrder(order({ side, limitPrice: 100 }), price, NOW).kind).toBe(kind);
  });

  it.each([
    ['buy', 99.99, 'rest'],
    ['buy', 100, 'trigger'],
    ['sell', 100, 'trigger'],
    ['sell', 100.01, 'rest'],
  ] as const)('lets a stop order to %s at 100 see %d and %s', (side, price, kind) => {
    expect(matchOrder(order({ side, stopPrice: 100, triggered: false }), price, NOW).kind).toBe(kind);
  });

  it('keeps a triggered stop order triggered when the price turns back', () => {
    expect(matchOrder(order({ stopPrice: 100, triggered: true }), 90, NOW).kind).toBe('fill');
  });

  it.each(['ioc', 'fok', 'opg', 'cls'] as const)(
    'cancels a %s order whose moment has the wrong price',
    (timeInForce) => {
      const once = order({ timeInForce, limitPrice: 100, fillsAfter: NOW });
      expect(matchOrder(once, 101, NOW - 1)).toEqual({ kind: 'rest' });
      expect(matchOrder(once, 101, NOW)).toEqual({ kind: 'cancel' });
      expect(matchOrder(once, 99, NOW)).toEqual({ kind: 'fill', qty: 2, price: 99 });
    },
  );

  it('never fills a closed order', () => {
    expect(matchOrder(order({ status: 'canceled', closedAt: '2026-06-15T14:30:00.000Z' }), 100, NOW)).toEqual(
      { kind: 'rest' },
    );
  });
});
