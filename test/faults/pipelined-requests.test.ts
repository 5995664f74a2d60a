// A client sends requests ahead of the answers, behind one that waits, and leaves. Node tells nobody that an answer which
// never had its turn on the socket is over: memory and places in the limits were never given back.
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import express from 'express';
import { expect, it, onTestFinished } from 'vitest';
import { startServer } from '../../server/http-server.ts';
import { connectRouter } from '../../server/routes.ts';
import { openStage, type Stage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

const MIB = 1024 * 1024;
const HEAD = 'Host: x\r\nX-Alpaca-Connect: 1\r\nSec-Fetch-Site: same-origin\r\n';
const VERIFIER = `X-Alpaca-Connect-Verifier: ${'v'.repeat(43)}\r\n`;
const POLL = `GET /alpaca/mailbox/${'A'.repeat(43)} HTTP/1.1\r\n${HEAD}${VERIFIER}\r\n`;

it('20,000 requests that were sent ahead leave no memory behind', { timeout: 120_000 }, async () => {
  const script = fileURLToPath(new URL('./pipelined-heap.ts', import.meta.url));
  const tsx = createRequire(import.meta.url).resolve('tsx');
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--import', tsx, script]);
  const { before, after } = JSON.parse(stdout) as { before: number; after: number };
  process.stdout.write(
    `pipelined: heap ${(before / MIB).toFixed(1)} MiB before, ${(after / MIB).toFixed(1)} MiB after\n`,
  );
  expect(after - before).toBeLessThan(30 * MIB);
});

/** The runnable server, and the router mounted in an app that knows nothing of it. */
async function serve(stage: Stage, how: 'runnable' | 'mounted'): Promise<number> {
  const { service } = stage;
  if (how === 'runnable') {
    const configuration = { ...service.configuration, port: 0 };
    const server = await startServer({ ...service, configuration }, { host: '127.0.0.1' });
    onTestFinished(() => server.stop());
    return Number(new URL(server.url).port);
  }
  const app = express().use('/alpaca', connectRouter(service));
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
  });
}

it.each(['runnable', 'mounted'] as const)(
  'streams that were asked for ahead give their places back (%s)',
  async (how) => {
    await using stage = await openStage();
    const port = await serve(stage, how);
    const person = new Visitor(stage);
    expect((await person.connect()).status).toBe(201);
    const cookie = [...person.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const stream = `GET /alpaca/paper/stream HTTP/1.1\r\n${HEAD}Cookie: ${cookie}\r\n\r\n`;
    const opened = () => stage.logged().split('"stream_opened"').length - 1;
    // A person may have a hundred.
    for (let round = 1; round <= 8; round += 1) {
      const client = connect(port, '127.0.0.1').on('error', () => {});
      client.write(POLL + stream.repeat(14));
      await expect.poll(opened, { timeout: 10_000 }).toBe(round * 14);
      client.destroy();
      await expect.poll(() => stage.service.tradeUpdates.subscribers(), { timeout: 10_000 }).toBe(0);
    }
    const answer = await fetch(`http://127.0.0.1:${port}/alpaca/paper/stream`, {
      headers: { 'X-Alpaca-Connect': '1', 'Sec-Fetch-Site': 'same-origin', Cookie: cookie },
    });
    expect(answer.status).toBe(200);
    await answer.body?.cancel();
  },
);

it.each(['runnable', 'mounted'] as const)(
  'a client that sends too many ahead is hung up on (%s)',
  async (how) => {
    await using stage = await openStage();
    const port = await serve(stage, how);
    const client = connect(port, '127.0.0.1').on('error', () => {});
    const closed = new Promise((resolve) => client.once('close', () => resolve('closed')));
    client.resume().write(POLL.repeat(100));
    expect(await Promise.race([closed, sleep(10_000, 'still open', { ref: false })])).toBe('closed');
  },
);

it('long polls of one address are bounded, and those of another are answered', async () => {
  await using stage = await openStage({ environment: { TRUST_PROXY: '1' } });
  const poll = (address: string, signal?: AbortSignal) =>
    fetch(`${stage.url}/alpaca/mailbox/${'A'.repeat(43)}`, {
      headers: {
        'X-Alpaca-Connect': '1',
        'Sec-Fetch-Site': 'same-origin',
        'X-Alpaca-Connect-Verifier': 'v'.repeat(43),
        'X-Forwarded-For': address,
      },
      ...(signal ? { signal } : {}),
    });
  const leaving = new AbortController();
  const answers: number[] = [];
  const polls = Array.from({ length: 66 }, () =>
    poll('192.0.2.1', leaving.signal).then(
      ({ status }) => answers.push(status),
      () => {},
    ),
  );
  await expect.poll(() => answers, { timeout: 10_000 }).toEqual([503, 503]);
  const refused = await poll('192.0.2.1');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await refused.json()).toMatchObject({ code: 'overloaded' });
  expect(stage.logged()).toContain('"code":"overloaded"');
  expect(stage.logged()).not.toContain('"level":"error"');
  leaving.abort();
  await Promise.all(polls);
  // The places are free again, and nobody else was in want of them.
  stage.service.stopping.abort();
  const statusOf = async (address: string) => (await poll(address)).status;
  await expect.poll(() => statusOf('192.0.2.1'), { timeout: 10_000 }).toBe(204);
  expect(await statusOf('192.0.2.2')).toBe(204);
});
