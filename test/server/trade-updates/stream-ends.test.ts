import { describe, expect, it } from 'vitest';
import { PublicError } from '../../../server/http/errors.ts';
import { StreamHarness, until } from './stream-harness.ts';

const WHY = new PublicError(401, 'not_connected', 'No paper account is connected.');

describe('TradeUpdates.end()', () => {
  it('tells every page why, ends them and closes the socket to Alpaca', async () => {
    await using harness = await StreamHarness.start();
    const person = await harness.connect();
    const pages = await Promise.all([1, 2, 3].map(() => harness.listen(person)));
    await Promise.all(pages.map((page) => page.opened()));
    harness.route.end(person.connection.id, WHY);
    for (const page of pages) {
      const data = { code: 'not_connected', message: WHY.message };
      expect(await page.nextOf('end')).toEqual({ id: undefined, event: 'end', data });
      expect(await page.ended).toBe('ended');
    }
    await until(() => harness.alpaca.open.length === 0);
    expect(harness.endings()).toEqual(['complete', 'complete', 'complete']);
  });

  it('leaves other connections alone', async () => {
    await using harness = await StreamHarness.start();
    const [one, other] = [await harness.connect(), await harness.connect()];
    const ends = await harness.listen(one);
    await using stays = await harness.listen(other);
    await stays.opened();
    harness.route.end(one.connection.id, WHY);
    await ends.ended;
    harness.alpaca.publish('fill');
    await stays.nextOf('fill');
  });

  it('ends also a stream whose upstream is being tried again', async () => {
    await using harness = await StreamHarness.start();
    const person = await harness.connect();
    const page = await harness.listen(person);
    await page.opened();
    harness.alpaca.drop();
    const { data } = await page.nextOf('status');
    harness.route.end(person.connection.id, WHY);
    expect(await page.ended).toBe('ended');
    const due = performance.now() + (data as { retryIn: number }).retryIn + 100;
    await until(() => performance.now() > due);
    expect(harness.alpaca.sockets).toHaveLength(1);
  });
});

describe('a token that Alpaca does not accept', () => {
  it('marks the connection as revoked and ends the stream', async () => {
    await using harness = await StreamHarness.start();
    harness.alpaca.verdict = 'unauthorized';
    harness.verdict = 'revoked';
    const person = await harness.connect();
    const page = await harness.listen(person);
    expect(await page.nextOf('end')).toMatchObject({ data: { code: 'connection_revoked' } });
    expect(await page.ended).toBe('ended');
    const kept = await harness.sessions.load(person.id);
    expect(kept?.connections[0]).toMatchObject({ accessToken: '', revokedAt: expect.any(String) });
    await expect(harness.listen(person)).rejects.toThrow('connection_revoked');
    expect(harness.alpaca.sockets).toHaveLength(1);
  });

  it('is noticed when the stream is opened again after a loss', async () => {
    await using harness = await StreamHarness.start();
    const page = await harness.listen(await harness.connect());
    await page.opened();
    harness.alpaca.verdict = 'unauthorized';
    harness.verdict = 'revoked';
    harness.alpaca.drop();
    expect(await page.nextOf('end')).toMatchObject({ data: { code: 'connection_revoked' } });
  });

  it('is not what "unauthorized" means in answer to anything else', async () => {
    await using harness = await StreamHarness.start();
    harness.alpaca.answers = false;
    const person = await harness.connect();
    await using page = await harness.listen(person);
    await until(() => harness.alpaca.sockets[0]?.frames.length === 1);
    harness.alpaca.say({ stream: 'authorization', data: { status: 'unauthorized', action: 'listen' } });
    harness.alpaca.say({ stream: 'authorization', data: { status: 'authorized', action: 'authenticate' } });
    harness.alpaca.say({ stream: 'listening', data: { streams: ['trade_updates'] } });
    await page.opened();
    expect((await harness.sessions.load(person.id))?.connections[0]?.revokedAt).toBeUndefined();
  });
});

describe('a stream that Alpaca refuses to a connection that it still accepts', () => {
  it.each(['accepted', 'unknown'] as const)('is tried again while the token is %s', async (verdict) => {
    await using harness = await StreamHarness.start();
    harness.alpaca.verdict = 'unauthorized';
    harness.verdict = verdict;
    const person = await harness.connect();
    await using page = await harness.listen(person);
    await until(() => page.text.includes('"state":"retrying"'));
    harness.alpaca.verdict = 'authorized';
    await page.opened();
    harness.alpaca.publish('fill');
    await page.nextOf('fill');
    expect(harness.log).toContainEqual(expect.objectContaining({ event: 'stream_lost', reason: 'refused' }));
    expect((await harness.sessions.load(person.id))?.connections[0]?.revokedAt).toBeUndefined();
    expect(harness.alpaca.sockets).toHaveLength(2);
  });

  it('ends after three refusals in a row, with what to do, and the connection is kept', async () => {
    await using harness = await StreamHarness.start();
    harness.alpaca.verdict = 'unauthorized';
    const person = await harness.connect();
    const page = await harness.listen(person);
    const { data } = await page.nextOf('end');
    expect(data).toMatchObject({ code: 'insufficient_scope' });
    expect((data as { message: string }).message).toContain('the connection is kept');
    expect(await page.ended).toBe('ended');
    expect(harness.alpaca.sockets).toHaveLength(3);
    expect((await harness.sessions.load(person.id))?.connections[0]?.revokedAt).toBeUndefined();
  });

  it('goes on while it is unknown whether the token is good', async () => {
    await using harness = await StreamHarness.start();
    harness.alpaca.verdict = 'unauthorized';
    harness.verdict = 'unknown';
    await using page = await harness.listen(await harness.connect());
    await until(() => harness.alpaca.sockets.length === 4);
    expect(page.text).not.toContain('event: end');
  });

  it('ends at once when the account is out of scope, too', async () => {
    await using harness = await StreamHarness.start();
    harness.alpaca.verdict = 'unauthorized';
    harness.verdict = 'out_of_scope';
    const page = await harness.listen(await harness.connect());
    expect(await page.nextOf('end')).toMatchObject({ data: { code: 'insufficient_scope' } });
    expect(harness.alpaca.sockets).toHaveLength(1);
  });

  it('ends at once when Alpaca names the scope, with its words, and asks nothing', async () => {
    await using harness = await StreamHarness.start({
      tokenCheck: { verdict: () => Promise.reject(new Error('Alpaca was asked about the token.')) },
    });
    harness.alpaca.answers = false;
    const page = await harness.listen(await harness.connect());
    await until(() => harness.alpaca.sockets[0]?.frames.length === 1);
    const words = 'access token is not authorized for this scope';
    harness.alpaca.say({ action: 'error', data: { error_message: words } });
    const { data } = await page.nextOf('end');
    expect(data).toMatchObject({ code: 'insufficient_scope', message: expect.stringContaining(words) });
    expect(harness.alpaca.sockets).toHaveLength(1);
  });

  it('is asked about once, however many pages listen', async () => {
    let asked = 0;
    await using harness = await StreamHarness.start({
      tokenCheck: {
        verdict: async () => {
          asked += 1;
          return 'revoked';
        },
      },
    });
    harness.alpaca.verdict = 'unauthorized';
    const person = await harness.connect();
    const pages = await Promise.all([1, 2, 3].map(() => harness.listen(person)));
    for (const page of pages)
      expect(await page.nextOf('end')).toMatchObject({ data: { code: 'connection_revoked' } });
    expect(asked).toBe(1);
  });
});

describe('TradeUpdates.close()', () => {
  it('ends every stream without a final event, so that the pages come back, and takes no more', async () => {
    await using harness = await StreamHarness.start();
    const person = await harness.connect();
    const pages = [await harness.listen(person), await harness.listen(await harness.connect())];
    await Promise.all(pages.map((page) => page.opened()));
    harness.route.close();
    expect(await Promise.all(pages.map(({ ended }) => ended))).toEqual(['ended', 'ended']);
    for (const { text } of pages) expect(text).not.toContain('event: end');
    await until(() => harness.alpaca.open.length === 0 && harness.sockets === 0);
    const late = await harness.fetch('/alpaca/paper/stream', { headers: { Cookie: person.cookie } });
    expect([late.status, late.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await late.json()).toMatchObject({ code: 'overloaded' });
  });
});
