import { describe, expect, it } from 'vitest';
import { startSimulator } from '../../../../demo/simulator/index.ts';
import { callerOf, callWith, numberOf } from '../caller.ts';

describe('createRateLimit()', () => {
  it('counts down on every answer and names it', async () => {
    await using simulator = await startSimulator();
    const call = callerOf(simulator);
    const first = await call('GET /paper/v2/clock');
    const second = await call('GET /paper/v2/unknown');
    expect(first.headers.get('x-ratelimit-limit')).toBe('200');
    expect(first.headers.get('x-ratelimit-remaining')).toBe('199');
    expect(second.headers.get('x-ratelimit-remaining')).toBe('198');
    expect(Number(first.headers.get('x-ratelimit-reset')) * 1_000).toBeGreaterThan(Date.now());
    expect(first.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
  });

  it('answers 429 without a code, with Retry-After, above the limit', async () => {
    await using simulator = await startSimulator({ requestsPerMinute: 2 });
    const call = callerOf(simulator);
    await call('GET /paper/v2/clock');
    await call('GET /paper/v2/clock');
    const third = await call('GET /paper/v2/clock');
    expect(third).toMatchObject({ status: 429, body: { message: 'too many requests.' } });
    expect(third.body).not.toHaveProperty('code');
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('counts an account over all its tokens, and other accounts and strangers apart', async () => {
    await using simulator = await startSimulator({ requestsPerMinute: 1 });
    expect((await callerOf(simulator)('GET /paper/v2/clock')).status).toBe(200);
    expect((await callerOf(simulator)('GET /paper/v2/clock')).status).toBe(429);
    const live = callerOf(simulator, { accountNumbers: [numberOf('live')] });
    expect((await live('GET /live/v2/clock')).status).toBe(200);
    expect((await callWith(simulator, 'unknown')('GET /paper/v2/clock')).status).toBe(401);
  });

  it('begins anew after a reset of the control', async () => {
    await using simulator = await startSimulator({ requestsPerMinute: 1 });
    const call = callerOf(simulator);
    await call('GET /paper/v2/clock');
    simulator.control.reset();
    expect((await call('GET /paper/v2/clock')).status).toBe(200);
  });
});
