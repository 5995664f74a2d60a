import { describe, expect, it } from 'vitest';
import { StreamHarness, until } from './stream-harness.ts';

const GAP = { event: 'gap', data: { reason: 'buffer' } };

describe('a page that comes back with Last-Event-ID', () => {
  it('gets what it missed, once, and no gap', async () => {
    await using harness = await StreamHarness.start();
    const person = await harness.connect();
    await using stays = await harness.listen(person);
    const leaves = await harness.listen(person);
    await leaves.opened();
    harness.alpaca.publish('new');
    await leaves.nextOf('new');
    leaves.leave();
    await until(() => harness.endings().length > 0);
    harness.alpaca.publish('partial_fill');
    harness.alpaca.publish('fill');
    await stays.nextOf('fill');

    await using back = await harness.listen(person, { lastEventId: leaves.lastId });
    harness.alpaca.publish('canceled');
    const heard = [await back.next(), await back.next(), await back.next(), await back.next()];
    expect(heard.map(({ event }) => event)).toEqual(['status', 'partial_fill', 'fill', 'canceled']);
    expect(heard[2]?.id).toBe(stays.lastId.replace(/\d+$/, '3'));
  });

  it('gets what came while no page was subscribed: the upstream outlives a reload', async () => {
    await using harness = await StreamHarness.start();
    const person = await harness.connect();
    const page = await harness.listen(person);
    await page.opened();
    page.leave();
    await until(() => harness.endings().length > 0);
    harness.alpaca.publish('fill');
    await using back = await harness.listen(person, { lastEventId: page.lastId });
    expect(await back.nextOf('fill')).toMatchObject({ event: 'fill' });
    expect(back.text).not.toContain('gap');
    expect(harness.alpaca.sockets).toHaveLength(1);
  });

  it('knows its place from the first status on, before there was an event', async () => {
    await using harness = await StreamHarness.start();
    const person = await harness.connect();
    await using page = await harness.listen(person);
    const status = await page.next();
    await page.opened();
    harness.alpaca.publish('fill');
    await page.nextOf('fill');
    await using back = await harness.listen(person, { lastEventId: status.id ?? '' });
    expect(await back.nextOf('fill')).toMatchObject({ event: 'fill' });
  });

  it('is told of a gap when the buffer no longer goes so far back, and then hears what is new', async () => {
    await using harness = await StreamHarness.start();
    const person = await harness.connect();
    await using page = await harness.listen(person);
    const { id = '' } = await page.next();
    await page.opened();
    for (let count = 0; count < 257; count += 1) harness.alpaca.publish('new');
    await page.until(() => page.lastId.endsWith('-257'));
    await using back = await harness.listen(person, { lastEventId: id });
    expect(await back.next()).toMatchObject({ event: 'status', id: undefined });
    expect(await back.next()).toMatchObject({ ...GAP, id: page.lastId });
    harness.alpaca.publish('fill');
    expect(await back.next()).toMatchObject({ event: 'fill' });
  });

  it('is told of a gap only once Alpaca is heard: before, to ask for the orders would leave a hole', async () => {
    await using harness = await StreamHarness.start();
    harness.alpaca.answers = false;
    const person = await harness.connect();
    await using page = await harness.listen(person, { lastEventId: '0123456789abcdef-7' });
    await until(() => harness.alpaca.sockets[0]?.frames.length === 1);
    expect(await page.next()).toMatchObject({ event: 'status', data: { state: 'connecting' } });
    harness.alpaca.say({ stream: 'authorization', data: { status: 'authorized', action: 'authenticate' } });
    harness.alpaca.say({ stream: 'listening', data: { streams: ['trade_updates'] } });
    expect(await page.next()).toMatchObject({ event: 'status', data: { state: 'open' } });
    expect(await page.next()).toMatchObject(GAP);
  });

  it.each([
    ['of another stream', '0123456789abcdef-1'],
    ['from the future', (id: string) => id.replace(/\d+$/, '99999')],
    ['negative', (id: string) => id.replace(/\d+$/, '-1')],
    ['with more behind it', (id: string) => `${id} or 1=1`],
    ['in other digits', (id: string) => id.replace(/\d+$/, '0x0')],
    ['empty', ''],
    ['enormous', 'a'.repeat(5_000)],
    ['that tries to end a line', '1%0aevent: end'],
  ])('with an id %s is told of a gap, and never sees that id again', async (_, given) => {
    await using harness = await StreamHarness.start();
    const person = await harness.connect();
    await using page = await harness.listen(person);
    await page.opened();
    const lastEventId = typeof given === 'string' ? given : given(page.lastId);
    await using back = await harness.listen(person, { lastEventId });
    await back.opened();
    expect(await back.next()).toMatchObject({ ...GAP, id: page.lastId });
    if (lastEventId !== '') expect(back.text).not.toContain(lastEventId);
  });
});

describe('a page that comes anew', () => {
  it('gets no old events and no gap', async () => {
    await using harness = await StreamHarness.start();
    const person = await harness.connect();
    await using first = await harness.listen(person);
    await first.opened();
    harness.alpaca.publish('new');
    await first.nextOf('new');
    await using second = await harness.listen(person);
    harness.alpaca.publish('fill');
    expect(await second.next()).toMatchObject({ event: 'status', data: { state: 'open' }, id: first.lastId });
    expect(await second.next()).toMatchObject({ event: 'fill' });
  });
});

describe('when Alpaca is lost', () => {
  it('tells so, comes back by itself, and says that something may be missing', async () => {
    await using harness = await StreamHarness.start();
    await using page = await harness.listen(await harness.connect());
    await page.opened();
    harness.alpaca.publish('new');
    await page.nextOf('new');
    harness.alpaca.drop();
    const { data } = await page.nextOf('status');
    expect(data).toEqual({ state: 'retrying', retryIn: expect.any(Number) });
    expect((data as { retryIn: number }).retryIn).toBeGreaterThanOrEqual(500);
    expect(await page.next()).toMatchObject({ event: 'status', data: { state: 'connecting' } });
    expect(await page.next()).toMatchObject({ event: 'status', data: { state: 'open' } });
    expect(await page.next()).toMatchObject({ event: 'gap', data: { reason: 'upstream' } });
    harness.alpaca.publish('fill');
    expect(await page.next()).toMatchObject({ event: 'fill' });
  });

  it('tells a page that was away meanwhile of the gap, at its place among the events', async () => {
    await using harness = await StreamHarness.start();
    const person = await harness.connect();
    await using stays = await harness.listen(person);
    const page = await harness.listen(person);
    await page.opened();
    page.leave();
    harness.alpaca.publish('new');
    await stays.nextOf('new');
    harness.alpaca.drop();
    await stays.nextOf('gap');
    harness.alpaca.publish('fill');
    await stays.nextOf('fill');
    await using back = await harness.listen(person, { lastEventId: page.lastId });
    const heard = [await back.next(), await back.next(), await back.next(), await back.next()];
    expect(heard.map(({ event }) => event)).toEqual(['status', 'new', 'gap', 'fill']);
    expect(heard[2]).toMatchObject({ data: { reason: 'upstream' } });
  });
});

describe('the upstream', () => {
  it('is closed when it had no subscriber for a while', async () => {
    await using harness = await StreamHarness.start({ times: { idleGrace: 30 } });
    const person = await harness.connect();
    const page = await harness.listen(person);
    await page.opened();
    page.leave();
    await until(() => harness.alpaca.open.length === 0);
    await using again = await harness.listen(person, { lastEventId: page.lastId });
    await again.opened();
    expect(await again.next()).toMatchObject(GAP);
    expect(harness.alpaca.sockets).toHaveLength(2);
  });

  it('is not closed under somebody who came back in time', async () => {
    await using harness = await StreamHarness.start({ times: { idleGrace: 100 } });
    const person = await harness.connect();
    const page = await harness.listen(person);
    await page.opened();
    page.leave();
    await until(() => harness.endings().length > 0);
    await using back = await harness.listen(person);
    await back.opened();
    const later = Date.now() + 200;
    await until(() => Date.now() > later);
    expect(harness.alpaca.open).toHaveLength(1);
  });
});

describe('a page that does not read', () => {
  it('is cut off, and those beside it hear everything', async () => {
    await using harness = await StreamHarness.start();
    const person = await harness.connect();
    await using reads = await harness.listen(person);
    await reads.opened();
    using _deaf = await harness.listenWithoutReading(person);

    const padding = 'x'.repeat(400_000);
    let sent = 0;
    while (!harness.endings().includes('slow_reader')) {
      harness.alpaca.publish('new', { padding });
      sent += 1;
      await reads.nextOf('new');
    }
    // What the two kernels buffer on a loopback connection, the server's own limit, and no more.
    expect(sent).toBeLessThan(50);
    harness.alpaca.publish('fill');
    await reads.nextOf('fill');
    await until(() => harness.sockets === 1);
  });
});
