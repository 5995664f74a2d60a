import { describe, expect, it } from 'vitest';
import { availableQty } from '../../../../demo/simulator/trading/buying-power.ts';
import { ledgerOf } from '../../../../demo/simulator/trading/holdings.ts';
import type { Order } from '../../../../demo/simulator/trading/order.ts';
import { legsOf } from '../../../../demo/simulator/trading/order-group.ts';
import { type DeskStage, openDesk, SetPrice, settle, ticket } from './desk-stage.ts';

const PROFIT = { take_profit: { limit_price: '110' } };
const LOSS = { stop_loss: { stop_price: '90' } };
const BRACKET = { order_class: 'bracket', ...PROFIT, ...LOSS };
const OCO = { order_class: 'oco', symbol: 'AAPL', side: 'sell', type: 'limit', ...PROFIT, ...LOSS };

interface ClassStage extends DeskStage {
  order: Order;
  legs: Order[];
  /** Lets everything see this price until nothing more happens. */
  see(price: number): void;
  /** Events since the last time, each with the type of its order. */
  news(): string[];
}

/** A desk whose price is 100, with an order of some class. */
function placeOrder(changes: object): ClassStage {
  const prices = new SetPrice();
  const stage = openDesk({ prices });
  const order = stage.desk.place(stage.account, ticket(changes));
  let told = 0;
  return {
    ...stage,
    order,
    legs: legsOf(stage.account.orders, order),
    see(price) {
      prices.price = price;
      stage.desk.match(stage.account, Date.now());
      settle(stage);
    },
    news() {
      const latest = stage.updates.slice(told).map(({ event, order: { type } }) => `${event} ${type}`);
      told = stage.updates.length;
      return latest.filter((text) => !text.startsWith('partial_fill'));
    },
  };
}

function heldShares({ account }: DeskStage, symbol = 'KO'): number {
  return ledgerOf(account).holdings.get(symbol)?.qty ?? 0;
}

describe('a bracket order', () => {
  it('holds its legs until it is filled, and sells with a profit', () => {
    const stage = placeOrder({ ...BRACKET, type: 'limit', limit_price: '99' });
    stage.see(100);
    expect(stage.legs.map(({ status }) => status)).toEqual(['held', 'held']);
    expect(stage.news()).toEqual(['new limit']);
    stage.see(99);
    expect(stage.news()).toEqual(['fill limit', 'new limit']);
    expect(stage.legs.map(({ status }) => status)).toEqual(['new', 'held']);
    stage.see(111);
    expect(stage.news()).toEqual(['fill limit', 'canceled stop']);
    expect(stage.legs.map(({ status }) => status)).toEqual(['filled', 'canceled']);
    expect(heldShares(stage)).toBe(0);
  });

  it('sells at its stop, and cancels what would have taken the profit', () => {
    const stage = placeOrder(BRACKET);
    stage.see(100);
    stage.news();
    stage.see(90);
    expect(stage.news()).toEqual(['canceled limit', 'new stop', 'fill stop']);
    expect(heldShares(stage)).toBe(0);
  });

  it('stops with a limit where it was given one', () => {
    const stage = placeOrder({ ...BRACKET, stop_loss: { stop_price: '90', limit_price: '89' } });
    stage.see(100);
    stage.see(80);
    expect(stage.legs.map(({ type, status }) => [type, status])).toEqual([
      ['limit', 'canceled'],
      ['stop_limit', 'new'],
    ]);
    stage.see(89);
    expect(stage.legs[1]?.status).toBe('filled');
  });

  it('is cancelled with its legs, and its legs with each other', () => {
    const whole = placeOrder({ ...BRACKET, type: 'limit', limit_price: '1' });
    whole.desk.end(whole.account, whole.order, 'canceled');
    expect(whole.legs.map(({ status }) => status)).toEqual(['canceled', 'canceled']);
    const bought = placeOrder(BRACKET);
    bought.see(100);
    const [profit, loss] = bought.legs;
    bought.desk.end(bought.account, profit ?? bought.order, 'canceled');
    expect(loss?.status).toBe('canceled');
    expect(heldShares(bought)).toBe(3);
  });

  it('expires with its legs', () => {
    const { desk, account, order, legs } = placeOrder({ ...BRACKET, type: 'limit', limit_price: '1' });
    desk.expire(account, Date.parse(order.expiresAt ?? ''));
    expect([order, ...legs].map(({ status }) => status)).toEqual(['expired', 'expired', 'expired']);
  });

  it('keeps what it bought for its legs, once', () => {
    const stage = placeOrder({ ...BRACKET, type: 'limit', limit_price: '1' });
    const free = () => availableQty(stage.account, 'KO', stage.prices, Date.now());
    stage.desk.fill(stage.account, stage.order, { qty: 2 });
    expect([heldShares(stage), free()]).toEqual([2, 0]);
    stage.desk.fill(stage.account, stage.order, {});
    expect([heldShares(stage), free()]).toEqual([3, 0]);
    stage.desk.end(stage.account, stage.legs[0] ?? stage.order, 'canceled');
    expect(free()).toBe(3);
  });

  it('has legs that the control fills in their turn only, and in parts that both lose', () => {
    const stage = placeOrder(BRACKET);
    const [profit, loss] = stage.legs;
    if (profit === undefined || loss === undefined) throw new Error('The bracket has no legs.');
    expect(() => stage.desk.fill(stage.account, loss, {})).toThrow('held');
    stage.see(100);
    stage.desk.fill(stage.account, profit, { qty: 1 });
    expect(loss).toMatchObject({ status: 'held', qty: 2 });
    stage.desk.fill(stage.account, loss, {});
    expect([profit.status, loss.status, heldShares(stage)]).toEqual(['canceled', 'filled', 0]);
  });
});

describe('an oco order', () => {
  it.each([
    [110, ['new limit', 'fill limit', 'canceled stop']],
    [90, ['new limit', 'canceled limit', 'new stop', 'fill stop']],
  ])('sells once: the price goes to %i', (price, story) => {
    const stage = placeOrder(OCO);
    const before = heldShares(stage, 'AAPL');
    stage.see(100);
    expect(stage.order).toMatchObject({ status: 'new', limitPrice: 110 });
    expect(stage.legs).toMatchObject([{ status: 'held', stopPrice: 90, qty: 3 }]);
    stage.see(price);
    expect(stage.news()).toEqual(story);
    stage.see(110);
    stage.see(90);
    expect(heldShares(stage, 'AAPL')).toBe(before - 3);
  });
});

describe('an oto order', () => {
  it.each([
    [PROFIT, 110, 'limit'],
    [LOSS, 90, 'stop'],
  ])('sells with the one exit that it has', (exit, price, type) => {
    const stage = placeOrder({ order_class: 'oto', ...exit });
    stage.see(100);
    expect(stage.news()).toEqual(['new market', 'fill market', `new ${type}`]);
    stage.see(price);
    expect(stage.news()).toEqual([`fill ${type}`]);
    expect(heldShares(stage)).toBe(0);
  });
});

describe('readOrderTicket()', () => {
  it.each([
    ['a bracket with one exit', { order_class: 'bracket', ...PROFIT }, 'take_profit and stop_loss'],
    ['an oto order with two exits', { ...BRACKET, order_class: 'oto' }, 'one of take_profit and stop_loss'],
    ['an oto order without exit', { order_class: 'oto' }, 'one of take_profit and stop_loss'],
    ['exits the wrong way around', { ...BRACKET, take_profit: { limit_price: '80' } }, 'take_profit'],
    ['an exit without price', { ...BRACKET, stop_loss: { limit_price: '80' } }, 'stop_loss'],
    ['an exit with another field', { ...BRACKET, stop_loss: { stop_price: '9', trail: '1' } }, 'trail'],
    ['an exit that is no object', { ...BRACKET, take_profit: '110' }, 'take_profit'],
    ['a bracket that sells', { ...BRACKET, symbol: 'AAPL', side: 'sell' }, 'short'],
    ['an oco order that buys', { ...OCO, side: 'buy' }, 'short'],
    ['an oco order at the market', { ...OCO, type: 'market', limit_price: undefined }, 'limit'],
    ['an oco order with two limits', { ...OCO, limit_price: '120' }, 'limit_price'],
    ['a bracket in crypto', { ...BRACKET, symbol: 'BTC/USD', time_in_force: 'gtc' }, 'order_class'],
    ['a bracket of a fraction', { ...BRACKET, qty: '0.5' }, 'qty'],
    ['a bracket in dollars', { ...BRACKET, qty: undefined, notional: '100' }, 'qty'],
    ['a bracket at once', { ...BRACKET, time_in_force: 'ioc' }, 'DAY'],
    ['a trailing bracket', { ...BRACKET, type: 'trailing_stop', trail_price: '1' }, 'trailing'],
    [
      'a bracket in extended hours',
      { ...BRACKET, type: 'limit', limit_price: '99', extended_hours: true },
      'extended_hours',
    ],
  ])('refuses %s', (_name, changes, named) => {
    expect(() => ticket(changes)).toThrow(named);
  });
});
