// Somebody stands where Alpaca should be, or Alpaca misbehaves: it sends garbage, floods, echoes the token, or stays silent.
// The server must neither fall over nor pass any of it on; pages see a clean status and no more.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { AcceptedSocket } from './fake-alpaca.ts';
import { StreamHarness, until } from './stream-harness.ts';

const ORDER = { id: 'order-1' };

/** The frame of an unfragmented or fragmented message, without a mask, as a server sends it (RFC 6455 section 5.2). */
function frame({ opcode, final, payload }: { opcode: number; final: boolean; payload: Buffer }): Buffer {
  return Buffer.concat([Buffer.from([(final ? 0x80 : 0) | opcode, payload.length]), payload]);
}

/** Writes bytes below ws. */
function raw({ socket }: AcceptedSocket, bytes: Buffer): void {
  (socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(bytes);
}

describe('what ends the upstream, and is tried again', () => {
  const attacks: [string, string, (accepted: AcceptedSocket) => void][] = [
    ['no JSON', 'garbage', ({ socket }) => socket.send('<html>')],
    ['nothing', 'garbage', ({ socket }) => socket.send('')],
    ['bytes that are not UTF-8', 'garbage', ({ socket }) => socket.send(Buffer.from([0x7b, 0xff, 0xfe]))],
    ['a list', 'garbage', ({ socket }) => socket.send('[]')],
    ['null', 'garbage', ({ socket }) => socket.send('null')],
    [
      'an update without an order',
      'garbage',
      ({ socket }) => socket.send('{"stream":"trade_updates","data":{"event":"fill"}}'),
    ],
    [
      'an update that is text',
      'garbage',
      ({ socket }) => socket.send('{"stream":"trade_updates","data":"fill"}'),
    ],
    [
      'an update without a name',
      'garbage',
      ({ socket }) =>
        socket.send(JSON.stringify({ stream: 'trade_updates', data: { event: 7, order: ORDER } })),
    ],
    [
      'an update of 64 levels and one more',
      'garbage',
      ({ socket }) =>
        socket.send(
          `{"stream":"trade_updates","data":{"event":"fill","order":{"id":"1"},"x":${'['.repeat(63)}${']'.repeat(63)}}}`,
        ),
    ],
    [
      'JSON that is nested too deeply',
      'garbage',
      ({ socket }) =>
        socket.send(
          `{"stream":"trade_updates","data":{"event":"fill","order":{"id":"1"},"x":${'['.repeat(200_000)}${']'.repeat(200_000)}}}`,
        ),
    ],
    [
      'an update that grows as it is read',
      'garbage',
      ({ socket }) =>
        socket.send(
          JSON.stringify({ stream: 'trade_updates', data: { event: 'fill', order: ORDER, n: 0 } }).replace(
            '"n":0',
            `"n":[1e20${',1e20'.repeat(100_000)}]`,
          ),
        ),
    ],
    ['a message of more than 1 MiB', 'closed', ({ socket }) => socket.send(`"${'x'.repeat(1024 * 1024)}"`)],
    [
      'an error',
      'error',
      ({ socket }) => socket.send('{"action":"error","data":{"error_message":"internal"}}'),
    ],
    [
      'that it no longer sends updates',
      'garbage',
      ({ socket }) => socket.send('{"stream":"listening","data":{"streams":[]}}'),
    ],
    [
      'a second verdict',
      'garbage',
      ({ socket }) =>
        socket.send('{"stream":"authorization","data":{"status":"unauthorized","action":"authenticate"}}'),
    ],
    ['a normal close', 'closed', ({ socket }) => socket.close(1000)],
    ['a close with a reason', 'closed', ({ socket }) => socket.close(4409, 'connection limit')],
    [
      'a close with a code that is none',
      'closed',
      (accepted) => raw(accepted, frame({ opcode: 8, final: true, payload: Buffer.from([0x00, 0x07]) })),
    ],
    [
      'a close of one byte',
      'closed',
      (accepted) => raw(accepted, frame({ opcode: 8, final: true, payload: Buffer.from([3]) })),
    ],
    [
      'an unknown opcode',
      'closed',
      (accepted) => raw(accepted, frame({ opcode: 11, final: true, payload: Buffer.alloc(1) })),
    ],
    ['a reserved bit', 'closed', (accepted) => raw(accepted, Buffer.from([0xf1, 0x00]))],
    [
      'text that is not UTF-8',
      'closed',
      (accepted) => raw(accepted, frame({ opcode: 1, final: true, payload: Buffer.from([0xff]) })),
    ],
    [
      'a continuation of nothing',
      'closed',
      (accepted) => raw(accepted, frame({ opcode: 0, final: true, payload: Buffer.alloc(1) })),
    ],
    [
      'a frame that claims 8 exabytes',
      'closed',
      (accepted) => raw(accepted, Buffer.from([0x82, 127, 0x7f, 255, 255, 255, 255, 255, 255, 255])),
    ],
    [
      'a message in a thousand pieces',
      'closed',
      (accepted) =>
        raw(
          accepted,
          Buffer.concat(
            Array.from({ length: 1_000 }, (_, index) =>
              frame({ opcode: index === 0 ? 1 : 0, final: false, payload: Buffer.from('x') }),
            ),
          ),
        ),
    ],
    [
      'a flood of pings',
      'closed',
      (accepted) => {
        const ping = frame({ opcode: 9, final: true, payload: Buffer.alloc(125) });
        raw(accepted, Buffer.concat(Array.from({ length: 10_000 }, () => ping)));
      },
    ],
    ['no WebSocket at all', 'closed', (accepted) => raw(accepted, Buffer.from('HTTP/1.1 200 OK\r\n\r\n'))],
  ];

  it.each(attacks)('%s (%s)', async (_, reason, attack) => {
    await using harness = await StreamHarness.start();
    const person = await harness.connect();
    await using page = await harness.listen(person);
    await page.opened();
    attack(harness.alpaca.sockets[0] as AcceptedSocket);
    expect(await page.next()).toMatchObject({ event: 'status', data: { state: 'retrying' } });
    expect(harness.log).toContainEqual(expect.objectContaining({ event: 'stream_lost', reason }));
    expect((await harness.sessions.load(person.id))?.connections[0]?.revokedAt).toBeUndefined();
    expect(page.text).not.toContain('xx');
    if (reason === 'garbage') await until(() => harness.alpaca.open.length === 0);
  });
});

describe('what does no harm', () => {
  it.each([
    ['a stream that we do not know', { stream: 'account_updates', data: { event: 'fill', order: ORDER } }],
    ['an action that we do not know', { action: 'dance', data: {} }],
    ['a prototype', JSON.parse('{"__proto__":{"stream":"trade_updates"},"data":{}}')],
    ['the same subscription again', { stream: 'listening', data: { streams: ['trade_updates'] } }],
    [
      'unauthorized, in answer to something else',
      { stream: 'authorization', data: { status: 'unauthorized', action: 'listen' } },
    ],
  ])('%s', async (_, message) => {
    await using harness = await StreamHarness.start();
    await using page = await harness.listen(await harness.connect());
    await page.opened();
    harness.alpaca.say(message);
    harness.alpaca.publish('fill');
    expect(await page.next()).toMatchObject({ event: 'fill' });
    expect(harness.alpaca.sockets[0]?.frames).toHaveLength(2);
  });

  it('text that tries to break out of its line: it arrives as text', async () => {
    await using harness = await StreamHarness.start();
    await using page = await harness.listen(await harness.connect());
    await page.opened();
    const note = 'a\n\nevent: end\ndata: {}\r\n\r\nid: 1\u2028\u2029\0';
    harness.alpaca.publish('fill', { note });
    expect(await page.next()).toMatchObject({ event: 'fill', data: { note } });
    harness.alpaca.publish('new');
    expect(await page.next()).toMatchObject({ event: 'new' });
  });
});

describe('the token', () => {
  it.each([
    [
      'echoed with the frame that it came in',
      (token: string) => JSON.stringify({ action: 'authenticate', data: { oauth_token: token } }),
      false,
    ],
    ['in a message that is no JSON', (token: string) => `Hello ${token}`, false],
    [
      'in an update',
      (token: string) =>
        JSON.stringify({ stream: 'trade_updates', data: { event: 'fill', order: ORDER, note: token } }),
      true,
    ],
    [
      'in a key of an update',
      (token: string) =>
        JSON.stringify({ stream: 'trade_updates', data: { event: 'fill', order: ORDER, [token]: 1 } }),
      true,
    ],
    [
      'as the name of an update',
      (token: string) => JSON.stringify({ stream: 'trade_updates', data: { event: token, order: ORDER } }),
      true,
    ],
    [
      'escaped in an update',
      (token: string) =>
        `{"stream":"trade_updates","data":{"event":"fill","order":{"id":"1"},"note":"${[...token].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"}}`,
      true,
    ],
  ])(
    '%s never reaches a page, and the log says that it happened but not the token',
    async (_, echo, isUpdate) => {
      await using harness = await StreamHarness.start();
      const person = await harness.connect();
      const { accessToken } = person.connection;
      await using page = await harness.listen(person);
      await page.opened();
      harness.alpaca.send(echo(accessToken));
      // An update that is kept back leaves a gap, which the pages have to know of.
      if (isUpdate) await page.nextOf('gap');
      harness.alpaca.publish('new');
      await page.nextOf('new');
      expect(page.text).not.toContain(accessToken);
      expect(page.text).not.toContain('event: fill');
      expect(harness.log).toContainEqual(
        expect.objectContaining({ event: 'token_in_stream', environment: 'paper' }),
      );
      expect(JSON.stringify(harness.log)).not.toContain(accessToken);
    },
  );
});

describe('an update before its time', () => {
  const update = JSON.stringify({ stream: 'trade_updates', data: { event: 'fill', order: ORDER } });
  it.each([
    ['before we authenticated', (accepted: AcceptedSocket) => accepted.socket.send(update)],
    [
      'before we were authorized',
      ({ socket }: AcceptedSocket) => socket.on('message', () => socket.send(update)),
    ],
    [
      'in place of a subscription',
      ({ socket }: AcceptedSocket) => {
        socket.on('message', (message) => {
          const { action } = JSON.parse(String(message));
          const verdict = { stream: 'authorization', data: { status: 'authorized', action } };
          socket.send(action === 'authenticate' ? JSON.stringify(verdict) : update);
        });
      },
    ],
  ])('%s is not believed', async (_, behave) => {
    await using harness = await StreamHarness.start({ alpaca: { behave } });
    await using page = await harness.listen(await harness.connect());
    expect(await page.next()).toMatchObject({ event: 'status', data: { state: 'connecting' } });
    expect(await page.next()).toMatchObject({ event: 'status', data: { state: 'retrying' } });
    expect(page.text).not.toContain('fill');
  });
});

describe('a peer that falls silent', () => {
  it('before it has answered is given up', async () => {
    await using harness = await StreamHarness.start({ socketTimes: { opening: 50 } });
    harness.alpaca.answers = false;
    await using page = await harness.listen(await harness.connect());
    await page.nextOf('status');
    expect(await page.nextOf('status')).toMatchObject({ data: { state: 'retrying' } });
    expect(harness.log).toContainEqual(expect.objectContaining({ event: 'stream_lost', reason: 'late' }));
  });

  it('later is noticed by its missing answer to a ping', async () => {
    await using harness = await StreamHarness.start({ socketTimes: { ping: 50 } });
    await using page = await harness.listen(await harness.connect());
    await page.opened();
    harness.alpaca.sockets[0]?.socket.pause();
    expect(await page.nextOf('status')).toMatchObject({ data: { state: 'retrying' } });
    expect(harness.log).toContainEqual(expect.objectContaining({ event: 'stream_lost', reason: 'silent' }));
  });

  it('but answers pings is left alone', async () => {
    await using harness = await StreamHarness.start({ socketTimes: { ping: 10 } });
    await using page = await harness.listen(await harness.connect());
    await page.opened();
    let pings = 0;
    harness.alpaca.sockets[0]?.socket.on('ping', () => {
      pings += 1;
    });
    await until(() => pings > 5);
    harness.alpaca.publish('fill');
    expect(await page.next()).toMatchObject({ event: 'fill' });
  });
});

describe('an answer to the handshake that is none', () => {
  it.each([
    [401, {}],
    [302, { Location: 'ws://127.0.0.1:1/elsewhere' }],
    [200, { 'Content-Type': 'text/html' }],
    [503, {}],
  ])('%i is a loss, is not followed, and does not revoke', async (status, headers) => {
    await using harness = await StreamHarness.start();
    const { port } = harness.alpaca;
    await harness.alpaca[Symbol.asyncDispose]();
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      response.writeHead(status, headers as Record<string, string>).end();
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    expect((server.address() as AddressInfo).port).toBe(port);
    const person = await harness.connect();
    await using page = await harness.listen(person);
    await page.nextOf('status');
    expect(await page.nextOf('status')).toMatchObject({ data: { state: 'retrying' } });
    expect(asked).toBe(1);
    expect((await harness.sessions.load(person.id))?.connections[0]?.revokedAt).toBeUndefined();
    server.closeAllConnections();
    server.close();
  });
});
