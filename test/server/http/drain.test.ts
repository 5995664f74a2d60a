import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { prepareDrain } from '../../../server/http/drain.ts';

it.each([
  ['the rest of a head', 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: '],
  ['the rest of a body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{'],
  ['the reading of an answer', 'GET /large HTTP/1.1\r\nHost: x\r\n\r\n'],
])('prepareDrain() does not wait for %s, and lets what the server is at work on finish', async (_, bytes) => {
  let finish = (): void => {};
  let came = 0;
  const server = createServer((request, response) => {
    came += 1;
    if (request.url === '/large') response.end(Buffer.alloc(64 * 1024 * 1024));
    else if (request.url === '/work') finish = () => response.end('done');
    else request.resume().on('end', () => response.end());
  });
  const drain = prepareDrain(server, new AbortController().signal, 300);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const work = connect(port, '127.0.0.1');
  work.write('GET /work HTTP/1.1\r\nHost: x\r\n\r\n');
  const slow = connect(port, '127.0.0.1').on('error', () => {});
  // Paused: a client that reads would learn of the end at once, and not when it is cut.
  slow.pause().write(bytes);
  const open = () =>
    new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)));
  await expect.poll(open).toBe(2);
  await expect.poll(() => came).toBe(bytes.includes('X-Slow') ? 1 : 2);
  const drained = drain(600_000);
  await expect.poll(open, { timeout: 10_000 }).toBe(1);
  finish();
  expect(await text(work)).toContain('done');
  await drained;
  slow.destroy();
});

it('prepareDrain() answers a request whose bytes had arrived, unread, when the drain began', async () => {
  const server = createServer((_request, response) => response.end('answered'));
  const drain = prepareDrain(server, new AbortController().signal);
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
