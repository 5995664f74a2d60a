import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Subscriber } from '../../../server/trade-updates/event-stream.ts';

/** A subscriber whose client does as it is told. */
async function open(): Promise<
  { response: ServerResponse; subscriber: Subscriber; leave: () => void } & AsyncDisposable
> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  client.pause();
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  response.writeHead(200, { Connection: 'close' }).flushHeaders();
  return {
    response,
    subscriber: new Subscriber(response),
    leave: () => client.destroy(),
    async [Symbol.asyncDispose]() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Writes until the two kernels take no more. */
async function fill({
  response,
  subscriber,
}: {
  response: ServerResponse;
  subscriber: Subscriber;
}): Promise<void> {
  const piece = Buffer.alloc(64 * 1024, 'x');
  for (let full = 0; full < 5; full = response.writableLength > 0 ? full + 1 : 0) {
    if (response.writableLength === 0) subscriber.send(piece);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

describe('Subscriber', () => {
  it('ends when its client leaves', async () => {
    await using client = await open();
    client.leave();
    expect(await client.subscriber.ended).toBe('client_closed');
    client.subscriber.send(Buffer.from('to nobody'));
    client.subscriber.end();
  });

  it('has ended when its client left before it was made', async () => {
    await using client = await open();
    client.leave();
    await once(client.response, 'close');
    expect(await new Subscriber(client.response).ended).toBe('client_closed');
  });

  it('end() does not wait for a client that does not read', async () => {
    await using client = await open();
    await fill(client);
    client.subscriber.end(Buffer.from('the end'));
    expect(await client.subscriber.ended).toBe('complete');
    expect(client.response.destroyed).toBe(false);
    await once(client.response, 'close');
  });

  it('send() cuts off a client that does not read, and is quiet from then on', async () => {
    await using client = await open();
    await fill(client);
    const piece = Buffer.alloc(300 * 1024);
    let sent = 0;
    void client.subscriber.ended.then(() => {
      sent += 1_000;
    });
    while (sent < 1_000) {
      client.subscriber.send(piece);
      sent += 1;
      await Promise.resolve();
    }
    expect(await client.subscriber.ended).toBe('slow_reader');
    // 1 MiB is four such pieces; the one after them finds the backlog too large.
    expect(sent - 1_000).toBeLessThan(8);
    client.subscriber.send(piece);
    client.subscriber.end();
  });
});
