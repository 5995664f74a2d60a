import { randomBytes } from 'node:crypto';
import { ResponseBodyError } from 'oauth4webapi';
import { describe, expect, it } from 'vitest';
import { Refreshes, type RefreshTimes } from '../../../server/connect/refresh-once.ts';
import { type RecordBackend, RecordStore } from '../../../server/session/records.ts';
import { Sealer } from '../../../server/session/sealer.ts';
import type { Renewal, RenewedToken } from '../../../server/stored-connection.ts';
import { MemoryBackend } from '../session/memory-backend.ts';

const KEY = randomBytes(32);
const RENEWAL: Renewal = { family: 'f', generation: 3, refreshToken: 'used', since: 0 };
const TIMES = { lease: 20_000, lookEvery: 10, storing: 20_000, shortestRetry: 10_000 };

function renewed(accessToken: string): RenewedToken {
  return {
    accessToken,
    scope: '',
    renewal: { family: 'f', generation: 4, refreshToken: `${accessToken}-next`, since: 0 },
  };
}

/** One server of several on a backend. */
function server(backend: RecordBackend, now: () => number = Date.now, times: Partial<RefreshTimes> = {}) {
  const records = new RecordStore({ backend, sealer: new Sealer([KEY]), now });
  const refreshes = new Refreshes({ records, keptFor: 3_600_000, times: { ...TIMES, ...times }, now });
  const failures: number[] = [];
  const unused: string[] = [];
  const once = (refresh: () => Promise<RenewedToken>) =>
    refreshes.once(RENEWAL, {
      refresh,
      onFailure: (_error, retryIn) => void failures.push(retryIn),
      onUnused: ({ accessToken }) => void unused.push(accessToken),
    });
  return { records, refreshes, once, failures, unused };
}

/** A refresh that is answered when the test says so. */
function slowRefresh() {
  let answer: (token: RenewedToken) => void = () => {};
  let fail: (error: Error) => void = () => {};
  let begun: () => void = () => {};
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const answered = new Promise<RenewedToken>((resolve, reject) => {
    answer = resolve;
    fail = reject;
  });
  const refresh = () => {
    begun();
    return answered;
  };
  return {
    refresh,
    hasBegun,
    answer: (token: RenewedToken) => answer(token),
    fail: (error: Error) => fail(error),
  };
}

function invalidGrant(): Error {
  return new ResponseBodyError('refused', {
    cause: { error: 'invalid_grant' },
    response: new Response('{}', { status: 400 }),
  });
}

const never = async (): Promise<RenewedToken> => {
  throw new Error('This one must not be asked.');
};

describe('Refreshes.once()', () => {
  it('asks once for servers that want it at the same time, and gives all what came of it', async () => {
    const backend = new MemoryBackend();
    let asked = 0;
    const refresh = async () => {
      asked += 1;
      return renewed('new');
    };
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => server(backend)).map(({ once }) => once(refresh)),
    );
    expect(asked).toBe(1);
    for (const outcome of outcomes) expect(outcome).toEqual({ renewed: renewed('new') });
  });

  it('waits for a server that is at it, also with a clock that is a minute ahead', async () => {
    const backend = new MemoryBackend();
    const slow = slowRefresh();
    const first = server(backend).once(slow.refresh);
    await slow.hasBegun;
    let looks = 0;
    const get = backend.get.bind(backend);
    backend.get = (key) => {
      looks += 1;
      return get(key);
    };
    const other = server(backend, () => Date.now() + 60_000).once(never);
    await expect.poll(() => looks).toBeGreaterThan(5);
    slow.answer(renewed('new'));
    expect(await first).toEqual({ renewed: renewed('new') });
    expect(await other).toEqual({ renewed: renewed('new') });
  });

  it('takes over from a server that died, and loses nothing if it had not', async () => {
    const backend = new MemoryBackend();
    const slow = slowRefresh();
    const first = server(backend, Date.now, { lease: 100 }).once(slow.refresh);
    await slow.hasBegun;
    const other = server(backend, Date.now, { lease: 100 });
    expect(await other.once(async () => renewed('of the other'))).toEqual({
      renewed: renewed('of the other'),
    });
    slow.answer(renewed('late'));
    expect(await first).toEqual({ renewed: renewed('late') });
    expect(await other.once(never)).toEqual({ renewed: renewed('late') });
  });

  it('remembers a refusal for all, and is not told by a late one that what was renewed is refused', async () => {
    const backend = new MemoryBackend();
    const first = slowRefresh();
    const late = server(backend, Date.now, { lease: 100 }).once(first.refresh);
    await first.hasBegun;
    expect(await server(backend, Date.now, { lease: 100 }).once(async () => renewed('new'))).toEqual({
      renewed: renewed('new'),
    });
    first.fail(invalidGrant());
    expect(await late).toEqual({ renewed: renewed('new') });

    const refused = new MemoryBackend();
    expect(await server(refused).once(() => Promise.reject(invalidGrant()))).toEqual({ refused: true });
    expect(await server(refused).once(never)).toEqual({ refused: true });
  });

  it('waits longer after each failure, on every server', async () => {
    const backend = new MemoryBackend();
    let now = Date.now();
    const [one, other] = [server(backend, () => now), server(backend, () => now)];
    for (const [expected, { once, failures }] of [
      [10_000, one],
      [20_000, other],
    ] as const) {
      expect(await once(() => Promise.reject(new Error('down')))).toMatchObject({
        retryAt: expect.any(Number),
      });
      expect(await one.once(never)).toMatchObject({ retryAt: expect.any(Number) });
      expect(failures.at(-1)).toBeGreaterThanOrEqual(expected / 2);
      expect(failures.at(-1)).toBeLessThanOrEqual(expected);
      now += 60_000;
    }
    expect(await other.once(async () => renewed('new'))).toEqual({ renewed: renewed('new') });
  });

  it('stores a new token once the store works again', async () => {
    const backend = new MemoryBackend();
    const slow = slowRefresh();
    const outcome = server(backend).once(slow.refresh);
    await slow.hasBegun;
    const get = backend.get.bind(backend);
    let failing = 5;
    backend.get = async (key) => {
      if (failing > 0) {
        failing -= 1;
        throw new Error('The store is away.');
      }
      return get(key);
    };
    slow.answer(renewed('new'));
    expect(await outcome).toEqual({ renewed: renewed('new') });
    expect(await server(backend).once(never)).toEqual({ renewed: renewed('new') });
  });

  it('gives nothing after the connection was ended, and tells of a token that came too late', async () => {
    const backend = new MemoryBackend();
    const slow = slowRefresh();
    const first = server(backend);
    const outcome = first.once(slow.refresh);
    await slow.hasBegun;
    expect(await server(backend).refreshes.end(RENEWAL)).toBeUndefined();
    slow.answer(renewed('late'));
    expect(await outcome).toEqual({ gone: true });
    expect(first.unused).toEqual(['late']);
    expect(await server(backend).once(never)).toEqual({ gone: true });
  });

  it('is ended also after it was renewed, and says with what', async () => {
    const backend = new MemoryBackend();
    await server(backend).once(async () => renewed('new'));
    expect(await server(backend).refreshes.end(RENEWAL)).toEqual(renewed('new'));
    expect(await server(backend).once(never)).toEqual({ gone: true });
  });
});
