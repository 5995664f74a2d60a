import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ticket } from './trading/desk-stage.ts';

const README = readFileSync(new URL('../../../demo/simulator/README.md', import.meta.url), 'utf8');

/** The words between backticks that a row of the table lists for stocks or for crypto. */
function listed(row: string, assets: 'stocks' | 'crypto'): string[] {
  const [, cell = ''] = new RegExp(`^\\| ${row} \\| (.*) \\|$`, 'm').exec(README) ?? [];
  const [, words = ''] = new RegExp(`${assets}: ([^;|]*)`).exec(cell) ?? [];
  return [...words.matchAll(/`(\w+)`/g)].map(([, word = '']) => word);
}

/** Whether an order with some value in one field is taken, whatever else it needs to be a sound one. */
function isTaken(changes: object): boolean {
  const prices = { limit_price: '110' };
  const stop = { stop_price: '90' };
  const needs = [
    {},
    prices,
    stop,
    { ...prices, ...stop },
    { trail_price: '1' },
    { take_profit: prices, stop_loss: stop },
    { take_profit: prices },
    { side: 'sell', type: 'limit', take_profit: prices, stop_loss: stop },
  ];
  return needs.some((needed) => {
    try {
      ticket({ ...needed, ...changes });
      return true;
    } catch {
      return false;
    }
  });
}

it.each([
  ['Types', 'type', ['market', 'limit', 'stop', 'stop_limit', 'trailing_stop']],
  ['Time in force', 'time_in_force', ['day', 'gtc', 'opg', 'cls', 'ioc', 'fok']],
  ['Classes', 'order_class', ['simple', 'bracket', 'oco', 'oto', 'mleg']],
])('the README lists what the simulator takes: %s', (row, field, documented) => {
  const stocks = documented.filter((value) => isTaken({ [field]: value }));
  expect(listed(row, 'stocks')).toEqual(stocks);
  const coin = { symbol: 'BTC/USD', qty: '0.01', time_in_force: 'gtc' };
  expect(listed(row, 'crypto')).toEqual(documented.filter((value) => isTaken({ ...coin, [field]: value })));
});
