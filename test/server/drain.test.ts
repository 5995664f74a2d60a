import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { drainOf } from '../../server/drain.ts';

it('drainOf() answers a request whose bytes had arrived, unread, when the drain began', async () => {
  const server = createServer((_request, response) => response.end('answered'));
  const drain = drainOf(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  let drained: Promise<void> | undefined;
  server.once('connection', () => {
    // Nothing is read meanwhile: when the drain begins, the request is in the kernel's buffer.
    const until = Date.now() + 20;
    while (Date.now() < until);
    process.nextTick(() => {
      drained = drain(5_000);
    });
  });
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  expect(await text(client)).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*answered/);
  await drained;
});
