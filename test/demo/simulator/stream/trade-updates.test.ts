import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { type Caller, callWith, numberOf } from '../caller.ts';
import { StreamClient, soon } from './stream-client.ts';

const BUY = { symbol: 'KO', side: 'buy', type: 'market', time_in_force: 'day', qty: '9' };
const RESTING_BUY = { ...BUY, type: 'limit', time_in_force: 'gtc', limit_price: '1' };

let folder: string;
let stateFile: string;
let simulator: Simulator;
let token: string;
let call: Caller;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  stateFile = join(folder, 'state.json');
  simulator = await startSimulator({ stateFile, fillDelay: { least: 0, most: 0 } });
  token = simulator.control.issueToken({ accountNumbers: [numberOf('paper')], scope: 'trading' });
  call = callWith(simulator, token);
});
afterEach(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true });
});

async function place(order: object): Promise<string> {
  return ((await call('POST /paper/v2/orders', order)).body as { id: string }).id;
}

describe('trade updates', () => {
  it('carry the order as GET /v2/orders answers it, up to the last fill', async () => {
    await using client = await StreamClient.listen(simulator.paperStreamUrl, token);
    const id = await place(BUY);
    const story = await client.story(id, 'fill');
    expect(story.at(-1)?.order).toEqual((await call(`GET /paper/v2/orders/${id}`)).body);
    expect((await call('GET /paper/v2/positions/KO')).body).toMatchObject({
      qty: story.at(-1)?.position_qty,
    });
  });

  it('tell of cancelling and of replacing', async () => {
    await using client = await StreamClient.listen(simulator.paperStreamUrl, token);
    const first = await place(RESTING_BUY);
    const { body } = await call(`PATCH /paper/v2/orders/${first}`, { limit_price: '2' });
    const second = (body as { id: string }).id;
    await call(`DELETE /paper/v2/orders/${second}`);
    await client.story(second, 'canceled');
    expect(client.updates.map(({ event, order }) => [event, order.id])).toEqual([
      ['new', first],
      ['replaced', first],
      ['new', second],
      ['canceled', second],
    ]);
  });

  it('replace the rest of an order that is partly filled, so that nothing is bought twice', async () => {
    const id = await place(RESTING_BUY);
    simulator.control.fillOrder(id, { qty: 4 });
    const { body } = await call(`PATCH /paper/v2/orders/${id}`, { limit_price: '2' });
    expect(body).toMatchObject({ qty: '5', replaces: id });
  });

  it('tell of what only the exchange does', async () => {
    await using client = await StreamClient.listen(simulator.paperStreamUrl, token);
    const [first, second] = [await place(RESTING_BUY), await place(RESTING_BUY)];
    simulator.control.fillOrder(first, { qty: 2, price: 3 });
    simulator.control.endOrder(first, 'expired');
    simulator.control.endOrder(second, 'rejected');
    expect(await client.story(second, 'rejected')).toHaveLength(2);
    expect(await client.story(first, 'expired')).toMatchObject([
      { event: 'new' },
      { event: 'partial_fill', price: '3', qty: '2', position_qty: '2' },
      { event: 'expired', order: { filled_qty: '2' } },
    ]);
  });

  it('reach every tab of the account, in the same order, and no other account', async () => {
    const other = simulator.control.issueToken({ accountNumbers: ['PA3SIM0DESK2'], scope: '' });
    await using stranger = await StreamClient.listen(simulator.paperStreamUrl, other);
    await using one = await StreamClient.listen(simulator.paperStreamUrl, token);
    await using two = await StreamClient.listen(simulator.paperStreamUrl, token);
    const ids = await Promise.all([
      place(BUY),
      place({ ...BUY, symbol: 'AAPL' }),
      place({ ...BUY, side: 'sell', symbol: 'MSFT' }),
    ]);
    for (const id of ids) await Promise.all([one.story(id, 'fill'), two.story(id, 'fill')]);
    await soon(() => expect(two.updates).toEqual(one.updates));
    expect(stranger.updates).toEqual([]);
  });

  it('are not repeated for who comes later', async () => {
    const id = await place(RESTING_BUY);
    await using client = await StreamClient.listen(simulator.paperStreamUrl, token);
    await call(`DELETE /paper/v2/orders/${id}`);
    expect(await client.story(id, 'canceled')).toHaveLength(1);
  });

  it('go on where they were after a restart, with what was planned', async () => {
    simulator.control.fillsHeld = true;
    const id = await place(BUY);
    // Several rounds of the market, in which an order that is not held is filled.
    await sleep(200);
    simulator.control.fillOrder(id, { qty: 4 });
    await simulator.close();

    // Long enough to listen first: what is due is filled as soon as the simulator runs.
    await using again = await startSimulator({ stateFile });
    again.control.fillsHeld = true;
    await using client = await StreamClient.listen(again.paperStreamUrl, token);
    again.control.fillsHeld = false;
    const story = await client.story(id, 'fill');
    expect(story.reduce((sum, { qty }) => sum + Number(qty), 0)).toBe(5);
    expect(story.at(-1)).toMatchObject({ position_qty: '9', order: { filled_qty: '9' } });
  });

  it('tell after a restart that the day of an order ended meanwhile', async () => {
    const id = await place({ ...RESTING_BUY, time_in_force: 'day' });
    await simulator.close();
    const kept = readFileSync(stateFile, 'utf8').replaceAll(
      /"expiresAt":"[^"]+"/g,
      '"expiresAt":"2026-01-02T21:00:00.000Z"',
    );
    writeFileSync(stateFile, kept);

    await using again = await startSimulator({ stateFile });
    const path = `GET /paper/v2/orders/${id}`;
    await soon(async () =>
      expect((await callWith(again, token)(path)).body).toMatchObject({ status: 'expired', filled_qty: '0' }),
    );
  });
});
