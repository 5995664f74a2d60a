import { describe, expect, it } from 'vitest';
import { nextTradingTime } from '../../../../demo/simulator/market/trading-day.ts';
import { openDesk, SetPrice, settle, ticket } from './desk-stage.ts';

const HOUR = 3_600_000;

describe('an order that is filled at once or not at all', () => {
  it.each(['ioc', 'fok'])('is filled whole when the price allows it: %s', (time_in_force) => {
    const stage = openDesk();
    for (let count = 0; count < 10; count++) {
      const order = stage.desk.place(stage.account, ticket({ time_in_force }));
      stage.desk.match(stage.account, Date.now());
      expect(order).toMatchObject({ status: 'filled', filledQty: 3 });
    }
  });

  it.each(['ioc', 'fok'])('is cancelled when the price does not allow it: %s', (time_in_force) => {
    const prices = new SetPrice();
    const stage = openDesk({ prices });
    const order = stage.desk.place(
      stage.account,
      ticket({ type: 'limit', limit_price: '99', time_in_force }),
    );
    settle(stage);
    prices.price = 90;
    settle(stage);
    expect(order).toMatchObject({ status: 'canceled', filledQty: 0 });
    expect(stage.updates.map(({ event }) => event)).toEqual(['new', 'canceled']);
  });

  it('loses the rest of an ioc order when only a part is filled, and takes no part of a fok order', () => {
    const stage = openDesk();
    const ioc = stage.desk.place(stage.account, ticket({ time_in_force: 'ioc' }));
    stage.desk.fill(stage.account, ioc, { qty: 1 });
    expect(stage.updates.map(({ event }) => event)).toEqual(['new', 'partial_fill', 'canceled']);
    expect(ioc).toMatchObject({ status: 'canceled', filledQty: 1 });
    const fok = stage.desk.place(stage.account, ticket({ time_in_force: 'fok' }));
    expect(() => stage.desk.fill(stage.account, fok, { qty: 1 })).toThrow('filled whole');
    stage.desk.fill(stage.account, fok, {});
    expect(fok.status).toBe('filled');
  });
});

describe('an order for an auction', () => {
  it.each([
    ['opg', 9.5 * HOUR],
    ['cls', 16 * HOUR],
  ])('waits for the next one, and is filled or cancelled in it: %s', (time_in_force, timeOfDay) => {
    const stage = openDesk({ prices: new SetPrice() });
    const market = stage.desk.place(stage.account, ticket({ time_in_force }));
    const limit = stage.desk.place(
      stage.account,
      ticket({ type: 'limit', limit_price: '99', time_in_force }),
    );
    const auction = nextTradingTime(Date.parse(market.submittedAt), timeOfDay);
    stage.desk.match(stage.account, auction - 1);
    expect([market.status, limit.status]).toEqual(['new', 'new']);
    stage.desk.match(stage.account, auction);
    expect([market.status, limit.status]).toEqual(['filled', 'canceled']);
  });
});
