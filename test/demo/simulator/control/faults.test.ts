import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Faults } from '../../../../demo/simulator/control/faults.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('Faults', () => {
  it('hit for a time, for a number of requests, or for ever, the oldest first', () => {
    const faults = new Faults();
    faults.add({ kind: 'answer', path: '/paper', status: 500, milliseconds: 200 });
    faults.add({ kind: 'answer', path: '/paper', status: 501, times: 1 });
    faults.add({ kind: 'answer', path: '/paper', status: 502, method: 'POST' });
    const status = (method = 'GET') => {
      const fault = faults.take(method, '/paper/v2/account');
      return fault?.kind === 'answer' ? fault.status : undefined;
    };
    expect([status(), status()]).toEqual([500, 500]);
    vi.advanceTimersByTime(200);
    expect([status(), status(), status('POST'), status('POST')]).toEqual([501, undefined, 502, 502]);
    faults.clear();
    expect(status('POST')).toBeUndefined();
  });
});
