import { describe, expect, it } from 'vitest';
import type { RecordBackend } from '../../../server/session/records.ts';
import { newSessionId, StreamHarness, until } from '../trade-updates/stream-harness.ts';

/** A backend whose reads are counted, and can be made to fail. */
class WatchedBackend {
  fails = false;
  reads = 0;

  readonly wrap = (backend: RecordBackend): RecordBackend => ({
    get: async (key) => {
      this.reads += 1;
      if (this.fails) throw new Error('The disk is on fire.');
      return backend.get(key);
    },
    create: (...all) => backend.create(...all),
    put: (...all) => backend.put(...all),
    replace: (...all) => backend.replace(...all),
    remove: (...all) => backend.remove(...all),
    probe: () => backend.probe(),
    close: () => backend.close(),
  });
}

describe('a stream ends within a second', () => {
  it('when its session was ended by another server', async () => {
    await using harness = await StreamHarness.start();
    const person = await harness.connect();
    const pages = await Promise.all([1, 2, 3].map(() => harness.listen(person)));
    await harness.sessions.end(person.id);
    expect(await Promise.all(pages.map(({ ended }) => ended))).toEqual(['ended', 'ended', 'ended']);
    await expect(harness.listen(person)).rejects.toThrow('not_connected');
  });

  it('when its session timed out', async () => {
    await using harness = await StreamHarness.start({ idle: 500 });
    const page = await harness.listen(await harness.connect());
    expect(await page.ended).toBe('ended');
  });

  it('when its connection was dropped, but not the other one of the session', async () => {
    await using harness = await StreamHarness.start({ times: { checkInterval: 20 } });
    const person = await harness.connect({ environment: 'paper' }, { environment: 'live' });
    const paper = await harness.listen(person);
    await using live = await harness.listen(person, { environment: 'live' });
    await harness.sessions.update(person.id, (all) =>
      all.filter(({ environment }) => environment === 'live'),
    );
    expect(await paper.ended).toBe('ended');
    await live.opened();
    harness.alpaca.publish('fill');
    await live.nextOf('fill');
  });

  it('when its connection was replaced by another one of the same environment', async () => {
    await using harness = await StreamHarness.start({ times: { checkInterval: 20 } });
    const person = await harness.connect();
    const page = await harness.listen(person);
    await harness.sessions.update(person.id, (all) => all.map((each) => ({ ...each, id: 'another' })));
    expect(await page.ended).toBe('ended');
  });

  it('when its connection was marked as revoked', async () => {
    await using harness = await StreamHarness.start({ times: { checkInterval: 20 } });
    const person = await harness.connect();
    const page = await harness.listen(person);
    await harness.sessions.markRevoked(person.id, person.connection.id, new Date().toISOString());
    expect(await page.ended).toBe('ended');
    await expect(harness.listen(person)).rejects.toThrow('connection_revoked');
  });
});

describe('a session that gets a new id, because another account was connected', () => {
  it('loses no event: the page comes back with the new cookie', async () => {
    await using harness = await StreamHarness.start();
    const person = await harness.connect();
    const page = await harness.listen(person);
    await page.opened();
    const newId = newSessionId();
    const connections = [{ ...person.connection, id: 'another', environment: 'live' as const }];
    await harness.sessions.rotate(person.id, newId, { cookie: {}, connections });
    await harness.sessions.open(newId);
    await page.ended;
    expect(page.text).not.toContain('event: end');
    harness.alpaca.publish('fill');
    await using back = await harness.listen(
      { cookie: harness.cookieOf(newId) },
      { lastEventId: page.lastId },
    );
    expect(await back.nextOf('fill')).toMatchObject({ event: 'fill' });
    expect(back.text).not.toContain('gap');
    expect(harness.alpaca.sockets).toHaveLength(1);
  });
});

describe('the session store', () => {
  it('is read once for all listeners of a session, and not for ended ones', async () => {
    const backend = new WatchedBackend();
    const checkInterval = 50;
    await using harness = await StreamHarness.start({
      times: { checkInterval },
      wrapBackend: backend.wrap,
    });
    const person = await harness.connect();
    const pages = await Promise.all(Array.from({ length: 20 }, () => harness.listen(person)));
    const began = performance.now();
    const before = backend.reads;
    await until(() => backend.reads >= before + 4);
    // One watch needs at least three pauses for four reads; twenty would need none.
    expect(performance.now() - began).toBeGreaterThan(3 * checkInterval - 10);
    for (const page of pages) page.leave();
    await until(() => harness.endings().length === 20);
    const seen: number[] = [];
    await until(() => {
      seen.push(backend.reads);
      return seen.length > 40;
    });
    expect((seen.at(-1) ?? 0) - (seen[20] ?? 0)).toBe(0);
  });

  it('may fail for a moment: the streams go on', async () => {
    const backend = new WatchedBackend();
    await using harness = await StreamHarness.start({
      times: { checkInterval: 10, outageGrace: 60_000 },
      wrapBackend: backend.wrap,
    });
    await using page = await harness.listen(await harness.connect());
    await page.opened();
    backend.fails = true;
    await until(() => harness.log.filter(({ event }) => event === 'stream_session_unknown').length > 3);
    backend.fails = false;
    harness.alpaca.publish('fill');
    await page.nextOf('fill');
  });

  it('fails for longer: the streams end, as nobody can say that they may go on', async () => {
    const backend = new WatchedBackend();
    await using harness = await StreamHarness.start({
      times: { checkInterval: 10, outageGrace: 100 },
      wrapBackend: backend.wrap,
    });
    const page = await harness.listen(await harness.connect());
    await page.opened();
    backend.fails = true;
    expect(await page.ended).toBe('ended');
    expect(page.text).not.toContain('event: end');
  });
});
