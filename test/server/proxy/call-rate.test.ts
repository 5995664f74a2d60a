import { MemoryStore } from 'express-rate-limit';
import { pino } from 'pino';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CallRate } from '../../../server/proxy/limits.ts';
import { openStage } from '../../stage.ts';
import { Visitor } from '../../visitor.ts';

const log = pino({ level: 'silent' });
const LIMITED = { environment: { CALLS_PER_MINUTE: '3' } };

afterEach(() => void vi.useRealTimers());

describe('CallRate', () => {
  it('count() refuses beyond the limit, until the time that it names, and each key apart', async () => {
    vi.useFakeTimers();
    const rate = new CallRate({ perMinute: 2, log });
    onTestFinished(() => rate.close());
    await rate.count('a');
    vi.advanceTimersByTime(20_000);
    await rate.count('a');
    await expect(rate.count('a')).rejects.toMatchObject({
      status: 429,
      code: 'rate_limited',
      message: 'Too many requests. Nothing was done. Try again in 40 seconds.',
      headers: { 'Retry-After': '40' },
    });
    await rate.count('b');
    vi.advanceTimersByTime(39_000);
    await expect(rate.count('a')).rejects.toMatchObject({ headers: { 'Retry-After': '1' } });
    vi.advanceTimersByTime(1_000);
    await rate.count('a');
  });

  it('count() lets calls through while a store that somebody put in its place fails', async () => {
    const logged: string[] = [];
    const store = new MemoryStore();
    store.increment = () => Promise.reject(new Error('away'));
    const rate = new CallRate({ perMinute: 1, log: pino({}, { write: (line) => logged.push(line) }), store });
    onTestFinished(() => rate.close());
    for (let turn = 0; turn < 3; turn += 1) await rate.count('a');
    expect(logged.join('')).toContain('call_not_counted');
  });
});

describe('the proxy', () => {
  it('refuses the calls of one connection beyond the limit before Alpaca hears of them, and of nobody else', async () => {
    await using stage = await openStage(LIMITED);
    const [greedy, modest] = [new Visitor(stage, { origin: stage.foreignUrl }), new Visitor(stage)];
    await greedy.connect();
    await modest.connect();
    for (let turn = 0; turn < 3; turn += 1) {
      expect((await greedy.call('/paper/v2/account')).status).toBe(200);
    }
    const before = stage.simulator.control.requests.length;
    const order = { symbol: 'AAPL', qty: '1', side: 'buy', type: 'market', time_in_force: 'day' };
    const refused = await greedy.call('/paper/v2/orders', { method: 'POST', body: order });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(refused.headers.get('access-control-allow-origin')).toBe(stage.foreignUrl);
    expect(refused.headers.get('access-control-expose-headers')).toContain('Retry-After');
    expect(await refused.json()).toMatchObject({ code: 'rate_limited' });
    expect(stage.simulator.control.requests.length).toBe(before);

    expect((await greedy.call('/data/v2/stocks/AAPL/quotes/latest')).status).toBe(200);
    expect((await modest.call('/paper/v2/account')).status).toBe(200);
  });

  it('lets an honest page meet the limit of Alpaca first', async () => {
    await using stage = await openStage({ environment: { CALLS_PER_MINUTE: '' } });
    const visitor = new Visitor(stage);
    await visitor.connect();
    const answers: Response[] = [];
    for (let turn = 0; turn < 210; turn += 1) answers.push(await visitor.call('/paper/v2/clock'));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    const bodies = await Promise.all(refused.map((answer) => answer.json()));
    expect(bodies.filter(({ code }) => code === 'rate_limited')).toEqual([]);
  });
});
