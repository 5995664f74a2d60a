// A client holds what it was given and gives nothing back: it stops in the middle of its body, reads nothing, or hangs up with
// a reset. It may waste its own time, but no connection to Alpaca, and half an order never becomes a whole one there.
import { expect, it } from 'vitest';
import { Harness, PAGE_LINES, statusOf } from '../server/proxy/proxy-harness.ts';

const POST = `POST /alpaca/paper/v2/orders HTTP/1.1\r\n${PAGE_LINES}Content-Type: application/json\r\n`;
const GET = `GET /alpaca/paper/v2/account HTTP/1.1\r\n${PAGE_LINES}\r\n`;
const HALVES = [
  ['sized', `${POST}Content-Length: 100\r\n\r\n{"symbol":"AAPL"`],
  ['chunked', `${POST}Transfer-Encoding: chunked\r\n\r\n10\r\n{"symbol":"AAPL"\r\n`],
  ['chunked, in the middle of a chunk', `${POST}Transfer-Encoding: chunked\r\n\r\n64\r\n{"symbol":`],
  ['chunked, before the last line', `${POST}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n`],
] as const;

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

it.each(HALVES)(
  'a body that stops half-way, %s, is refused, and nothing of it reaches Alpaca',
  async (_, bytes) => {
    await using harness = await Harness.start({ deadlines: { clientBody: 300 } });
    const answer = await harness.raw(bytes);
    expect(statusOf(answer)).toBe(408);
    expect(answer).toContain('Nothing was sent to Alpaca.');
    expect(answer).toMatch(/^connection: close\r$/im);
    expect(harness.connectionsToUpstream).toBe(0);
    expect(harness.proxy.usage()).toEqual({ underWay: 0, bodies: 0, answers: 0 });
  },
);

it.each(HALVES)('a reset in the middle of a body, %s, begins no request at Alpaca', async (_, bytes) => {
  await using harness = await Harness.start();
  const client = harness.connect();
  client.write(bytes);
  await until(() => harness.proxy.usage().bodies > 0);
  client.resetAndDestroy();
  await until(() => harness.log.length === 1);
  expect(harness.connectionsToUpstream).toBe(0);
  expect(harness.proxy.usage()).toEqual({ underWay: 0, bodies: 0, answers: 0 });
  expect(harness.log).toMatchObject([{ ending: 'client_closed', status: 499 }]);
});

it('a client that never reads holds no connection to Alpaca beyond the total deadline', async () => {
  await using harness = await Harness.start({
    deadlines: { total: 400 },
    upstream: (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const pour = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', pour);
      pour();
    },
  });
  const client = harness.connect().pause();
  client.write(GET);
  await until(() => harness.log.length === 1);
  expect(harness.log).toMatchObject([{ ending: 'truncated' }]);
  await until(() => harness.upstreamSockets.size === 0);
  client.destroy();
});

it('a client that closes its half after asking leaves nothing behind', async () => {
  await using harness = await Harness.start({ upstream: () => {} });
  const client = harness.connect();
  client.end(GET);
  await until(() => harness.log.length === 1 && harness.upstreamSockets.size === 0);
  expect(harness.log).toMatchObject([{ ending: 'client_closed' }]);
});

it('a client with two hundred headers is answered, and one with twenty thousand refused', async () => {
  await using harness = await Harness.start();
  const ask = async (count: number): Promise<number> =>
    statusOf(await harness.raw(GET.replace(/\r\n\r\n$/, `\r\n${'X-A: b\r\n'.repeat(count)}\r\n`)));
  expect(await ask(200)).toBe(200);
  expect(harness.hits).toHaveLength(1);
  expect(await ask(20_000)).toBe(431);
  expect(harness.hits).toHaveLength(1);
});
