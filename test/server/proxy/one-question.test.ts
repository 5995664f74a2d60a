import { describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../../stage.ts';
import { Visitor } from '../../visitor.ts';
import { StreamReader } from '../trade-updates/stream-reader.ts';

const CALLS = ['/paper/v2/positions', '/data/v2/stocks/snapshots?symbols=AAPL&feed=iex'];

/** How often the server asked for the account since the simulator was reset. */
function questions({ simulator }: Stage): number {
  return simulator.control.requests.filter(({ path }) => path === '/paper/v2/account').length;
}

/** Somebody who is connected and hears the stream, at a simulator that has counted nothing yet. */
async function listening(stage: Stage): Promise<{ visitor: Visitor; page: StreamReader }> {
  const visitor = new Visitor(stage);
  await visitor.connect({ scope: 'trading data' });
  const page = new StreamReader(await visitor.call('/paper/stream'), new AbortController());
  await page.opened();
  stage.simulator.control.reset();
  return { visitor, page };
}

describe('a whole server', () => {
  it('asks once when fifty requests and a stream learn at a time that the token was revoked', async () => {
    await using stage = await openStage();
    const { visitor, page } = await listening(stage);
    const tokens = stage.tokens();
    stage.simulator.control.revoke();
    const calls = Array.from({ length: 50 }, (_, index) => visitor.call(CALLS[index % 2] ?? ''));
    const codes = await Promise.all(calls.map(async (call) => (await (await call).json()).code));
    expect(new Set(codes)).toEqual(new Set(['connection_revoked']));
    expect(await page.nextOf('end')).toMatchObject({ data: { code: 'connection_revoked' } });
    expect(questions(stage)).toBe(1);
    const ended = stage.logged().match(/"event":"connection_revoked","environment":"paper"/g);
    expect(ended).toHaveLength(1);
    expect(tokens).toHaveLength(1);
    for (const token of tokens) expect(stage.logged()).not.toContain(token);
  });

  it('goes on to trade and to stream when a chart was refused', async () => {
    await using stage = await openStage();
    const { visitor, page } = await listening(stage);
    const { simulator } = stage;
    simulator.control.dataLicensed = false;
    const chart = await visitor.call(CALLS[1] ?? '');
    expect(chart.status).toBe(403);
    expect(await chart.json()).toMatchObject({ code: 'insufficient_scope' });
    expect(questions(stage)).toBe(0);
    simulator.control.dataLicensed = true;
    simulator.control.addFault({ kind: 'unauthorized', path: '/data', times: 1 });
    expect((await visitor.call(CALLS[1] ?? '')).status).toBe(403);
    expect(questions(stage)).toBe(1);
    const order = { symbol: 'KO', side: 'buy', type: 'market', time_in_force: 'day', qty: '1' };
    expect((await visitor.call('/paper/v2/orders', { method: 'POST', body: order })).status).toBe(200);
    await page.nextOf('fill');
    expect(page.text).not.toContain('event: end');
  });
});
