import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { type Caller, callerOf, callWith, numberOf } from '../caller.ts';
import { decide, openAuthorize, postToken } from '../give-consent.ts';

let simulator: Simulator;
let call: Caller;
beforeEach(async () => {
  simulator = await startSimulator({ coop: 'same-origin' });
  call = callerOf(simulator);
});
afterEach(() => simulator.close());

describe('Control', () => {
  it('sets the opener policy of the pages, of errors and of the way back', async () => {
    expect((await openAuthorize(simulator)).headers.get('cross-origin-opener-policy')).toBe('same-origin');
    simulator.control.coop = 'noopener-allow-popups';
    const pages = [
      await openAuthorize(simulator, { client_id: 'unknown' }),
      await openAuthorize(simulator, { scope: 'unknown' }),
      await decide(simulator, await openAuthorize(simulator), 'allow'),
    ];
    for (const { headers } of pages)
      expect(headers.get('cross-origin-opener-policy')).toBe('noopener-allow-popups');
  });

  it('fails the given number of requests below a path, and no others', async () => {
    const fault = {
      kind: 'answer',
      path: '/paper/v2/orders',
      method: 'POST',
      times: 2,
      status: 503,
    } as const;
    simulator.control.addFault({ ...fault, body: '{"message":"busy"}' });
    expect((await call('GET /paper/v2/orders')).status).toBe(200);
    expect(await call('POST /paper/v2/orders', {})).toMatchObject({ status: 503, body: { message: 'busy' } });
    expect((await call('POST /paper/v2/orders', {})).status).toBe(503);
    expect((await call('POST /paper/v2/orders', {})).status).toBe(422);
  });

  it('drops the connection of a request, and remembers it as unanswered', async () => {
    simulator.control.addFault({ kind: 'drop', path: '/paper' });
    await expect(call('GET /paper/v2/account')).rejects.toThrow('fetch failed');
    expect(simulator.control.requests).toEqual([
      { method: 'GET', path: '/paper/v2/account', status: null, pkce: false },
    ]);
  });

  it('lets a request hang until its client gives up', async () => {
    simulator.control.addFault({ kind: 'hang', path: '/live' });
    const signal = AbortSignal.timeout(100);
    await expect(fetch(`${simulator.liveUrl}/v2/account`, { signal })).rejects.toThrow('timeout');
    expect(simulator.control.requests).toMatchObject([{ status: null }]);
  });

  it('makes the token endpoint answer a page, then nothing useful, then as usual', async () => {
    simulator.control.breakToken('html', 1);
    simulator.control.breakToken('no_token', 1);
    const page = await postToken(simulator, 'any');
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await (await postToken(simulator, 'any')).json()).not.toHaveProperty('access_token');
    expect((await postToken(simulator, 'any')).status).toBe(400);
    expect(simulator.control.tokenCalls).toBe(3);
  });

  it('makes the token endpoint time out', async () => {
    simulator.control.breakToken('timeout');
    const signal = AbortSignal.timeout(100);
    await expect(fetch(simulator.tokenUrl, { method: 'POST', signal })).rejects.toThrow('timeout');
  });

  it('revokes the tokens of one account, or all of them', async () => {
    const both = simulator.control.issueToken({
      accountNumbers: [numberOf('paper'), numberOf('live')],
      scope: '',
    });
    const live = callerOf(simulator, { accountNumbers: [numberOf('live')] });
    expect(simulator.control.revoke(numberOf('paper'))).toBe(2);
    expect((await callWith(simulator, both)('GET /live/v2/account')).status).toBe(401);
    expect((await live('GET /live/v2/account')).status).toBe(200);
    expect(simulator.control.revoke()).toBe(1);
    expect((await live('GET /live/v2/account')).status).toBe(401);
    expect(() => simulator.control.revoke('PA0')).toThrow('no account PA0; it has PA3SIM0DESK1');
  });

  it('reset() ends all misbehaviour, forgets the requests and keeps the tokens', async () => {
    simulator.control.coop = 'unsafe-none';
    simulator.control.delay = 60_000;
    simulator.control.addFault({ kind: 'drop', path: '/' });
    simulator.control.reset();
    expect(simulator.control.coop).toBe('same-origin');
    expect((await call('GET /paper/v2/account')).status).toBe(200);
    expect(simulator.control.requests).toHaveLength(1);
  });
});
