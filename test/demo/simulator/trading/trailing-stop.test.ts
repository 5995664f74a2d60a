import { describe, expect, it } from 'vitest';
import { orderAnswer } from '../../../../demo/simulator/trading/order.ts';
import { openDesk, SetPrice, ticket } from './desk-stage.ts';

/** A desk with a trailing stop, and how the order answers after each price. */
function trail(changes: object) {
  const prices = new SetPrice();
  const stage = openDesk({ prices });
  const order = stage.desk.place(stage.account, ticket({ type: 'trailing_stop', ...changes }));
  return function see(price: number) {
    prices.price = price;
    stage.desk.match(stage.account, Date.now() + 1_000);
    const { hwm, stop_price, status } = orderAnswer(order);
    return [hwm, stop_price, status];
  };
}

describe('a trailing stop', () => {
  it('of a sale follows the highest price, and sells at the market when the price turns by its distance', () => {
    const see = trail({ symbol: 'AAPL', side: 'sell', qty: '1', trail_price: '5' });
    expect(see(100)).toEqual(['100', '95', 'new']);
    expect(see(110)).toEqual(['110', '105', 'new']);
    expect(see(106)).toEqual(['110', '105', 'new']);
    expect(see(104)).toEqual(['110', '105', 'new']);
    expect(see(107)).toEqual(['110', '105', 'filled']);
  });

  it('of a purchase follows the lowest price by its percentage', () => {
    const see = trail({ qty: '1', trail_percent: '10' });
    expect(see(100)).toEqual(['100', '110', 'new']);
    expect(see(80)).toEqual(['80', '88', 'new']);
    expect(see(87)).toEqual(['80', '88', 'new']);
    expect(see(88)).toEqual(['80', '88', 'new']);
    expect(see(95)).toEqual(['80', '88', 'filled']);
  });
});
