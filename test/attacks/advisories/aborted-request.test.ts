import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { Harness, PAGE_LINES, statusOf } from '../../server/proxy/proxy-harness.ts';

const GET = `GET /alpaca/paper/v2/account HTTP/1.1\r\n${PAGE_LINES}\r\n`;
const POST = `POST /alpaca/paper/v2/orders HTTP/1.1\r\n${PAGE_LINES}Content-Type: application/json\r\n`;
const REQUESTS = [
  GET,
  `${POST}Content-Length: 100\r\n\r\n{"half":`,
  `${POST}Transfer-Encoding: chunked\r\n\r\n5\r\n{"ha`,
];
const WAYS: readonly ((client: Socket) => void)[] = [
  (client) => client.destroy(),
  (client) => client.resetAndDestroy(),
  (client) => client.end(),
];
const WAVES = 10;
const CLIENTS = 100;

/*
 * Pages are closed, phones lose their network, and somebody with a script opens and drops connections by the thousand.
 * A proxy that goes on waiting for Alpaca on their behalf keeps every one of those sockets (http-proxy-middleware #782).
 */
it(`${WAVES * CLIENTS} aborted requests leave 0 sockets to Alpaca, and nobody waits behind them`, {
  timeout: 120_000,
}, async () => {
  let answering = false;
  await using harness = await Harness.start({
    upstream: (request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      if (answering) response.end('{}');
      else if (request.method === 'GET' && harness.hits.length % 2 === 0) response.write('{"half":');
    },
  });
  for (let wave = 0; wave < WAVES; wave += 1) {
    const arrived = harness.hits.length;
    const clients = Array.from({ length: CLIENTS }, (_, index) => {
      const client = harness.connect();
      client.write(REQUESTS[index % REQUESTS.length] ?? '');
      return client.resume();
    });
    // As many as one connection may have under way; the others wait for their turn, and leave while they wait.
    await until(() => harness.hits.length >= arrived + 24);
    for (const [index, client] of clients.entries()) WAYS[(index + wave) % WAYS.length]?.(client);
    await until(() => harness.log.length === (wave + 1) * CLIENTS);
  }
  // Those whose turn came as they left opened a connection that never carried a request: it ends when it was idle for long.
  await until(() => harness.upstreamSockets.size === 0);
  answering = true;
  const answers = await Promise.all(Array.from({ length: 90 }, () => harness.raw(GET)));
  expect(new Set(answers.map(statusOf))).toEqual(new Set([200]));
  for (const { body, method } of harness.hits) if (method === 'POST') expect(await body).toBe('cut');
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
