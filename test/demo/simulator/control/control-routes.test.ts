import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { callerOf, numberOf } from '../caller.ts';
import { openAuthorize } from '../give-consent.ts';

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

function control(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${simulator.url}/control/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Simulator-Control': '1', ...headers },
    body: JSON.stringify(body),
  });
}

describe('controlRoutes()', () => {
  it('sets policy and faults, and lists the requests but not its own', async () => {
    await control('coop', { value: 'same-origin' });
    await control('faults', { kind: 'answer', path: '/paper', status: 500, times: 1 });
    await control('token', { how: 'no_token', times: 1 });
    expect((await openAuthorize(simulator)).headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect((await fetch(`${simulator.paperUrl}/v2/clock`)).status).toBe(500);
    expect((await fetch(simulator.tokenUrl, { method: 'POST' })).status).toBe(200);
    const answer = await control('requests', {});
    expect(await answer.json()).toEqual({
      requests: [
        { method: 'GET', path: '/oauth/authorize', status: 200, pkce: false },
        { method: 'GET', path: '/paper/v2/clock', status: 500, pkce: false },
        { method: 'POST', path: '/oauth/token', status: 200, pkce: false },
      ],
      tokenCalls: 1,
    });
  });

  it('revokes tokens, delays, and resets', async () => {
    callerOf(simulator);
    expect(await (await control('revoke', { accountNumber: numberOf('paper') })).json()).toEqual({
      revoked: 1,
    });
    await control('delay', { milliseconds: 60_000 });
    expect(simulator.control.delay).toBe(60_000);
    await control('reset', {});
    expect(simulator.control.delay).toBe(0);
  });

  it('says what is wrong with a body', async () => {
    const answer = await control('coop', { value: 'open' });
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { message: string }).message).toContain('same-origin-allow-popups');
    expect((await control('revoke', { accountNumber: 'PA0' })).status).toBe(400);
  });

  // A page that the developer visits posts to the simulator on localhost, with what a form or a simple fetch can send.
  // It would revoke tokens or read which requests were made.
  it.each([
    ['a form', { 'Content-Type': 'text/plain' }],
    ['a form that carries the header by luck', { 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['JSON without the header', { 'X-Simulator-Control': '' }],
  ])('refuses %s', async (_name, headers) => {
    callerOf(simulator);
    expect((await control('revoke', {}, headers)).status).toBe(400);
    expect(simulator.control.revoke()).toBe(1);
  });

  it('answers no preflight', async () => {
    const answer = await fetch(`${simulator.url}/control/reset`, {
      method: 'OPTIONS',
      headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' },
    });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });
});
