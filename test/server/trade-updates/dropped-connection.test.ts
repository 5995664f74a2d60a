import { describe, expect, it } from 'vitest';
import { openStage } from '../../stage.ts';
import { Visitor } from '../../visitor.ts';
import { openHostApp } from '../host-app.ts';
import { FakeAlpaca } from './fake-alpaca.ts';
import { StreamHarness } from './stream-harness.ts';
import { StreamReader } from './stream-reader.ts';

describe('the socket to Alpaca', () => {
  it('is closed soon after the session ended at another server', async () => {
    await using harness = await StreamHarness.start({ times: { checkInterval: 10, reconnectGrace: 10 } });
    const person = await harness.connect();
    await using page = await harness.listen(person);
    await page.opened();
    await harness.sessions.end(person.id);
    await page.ended;
    await expect.poll(() => harness.alpaca.open.length).toBe(0);
  });

  it('is closed when another connection of its environment takes its place', async () => {
    await using alpaca = await FakeAlpaca.start();
    await using stage = await openStage({ environment: { ALPACA_PAPER_STREAM_URL: alpaca.url.href } });
    const visitor = new Visitor(stage);
    await visitor.connect();
    await using page = new StreamReader(await visitor.call('/paper/stream'), new AbortController());
    await page.opened();
    await visitor.connect();
    await page.ended;
    await expect.poll(() => alpaca.open.length).toBe(0);
  });

  it('is not opened for a connection that was dropped while the app was asked who is signed in', async () => {
    await using alpaca = await FakeAlpaca.start();
    let isHeld = false;
    let isAsked = false;
    let answer = (): void => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await using app = await openHostApp({
      environment: { ALPACA_PAPER_STREAM_URL: alpaca.url.href },
      getUser: async (request) => {
        if (isHeld && request.originalUrl.endsWith('/paper/stream')) {
          isAsked = true;
          await answered;
        }
        return 'ada';
      },
    });
    const visitor = new Visitor(app);
    await visitor.connect();
    isHeld = true;
    const joining = visitor.call('/paper/stream');
    await expect.poll(() => isAsked).toBe(true);
    expect((await visitor.call('/connections/paper', { method: 'DELETE' })).status).toBe(204);
    answer();
    expect((await joining).status).toBe(401);
    expect(alpaca.open).toEqual([]);
  });
});
