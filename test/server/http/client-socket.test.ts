import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it, onTestFinished } from 'vitest';
import {
  endWith,
  isAtWorkFor,
  isGone,
  MOST_UNANSWERED,
  mayBeAnswered,
  onceGone,
} from '../../../server/http/client-socket.ts';

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

/** A client whose requests go out together, over one socket. */
async function pipelining(requests: number, listener: RequestListener): Promise<Socket> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
  onTestFinished(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  client.write(GET.repeat(requests));
  return client.resume();
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

it('onceGone() tells of a client that left, once for each answer, whether it had its turn on the socket or not', async () => {
  const told: number[] = [];
  let came = 0;
  const client = await pipelining(3, (_request, response) => {
    const number = came++;
    onceGone(response, () => told.push(number));
  });
  await until(() => came === 3);
  expect(told).toEqual([]);
  client.destroy();
  await until(() => told.length === 3);
  expect(told.toSorted()).toEqual([0, 1, 2]);
});

it('onceGone() tells of an answer that is out while its socket goes on, and not again at its end', async () => {
  let told = 0;
  const client = await pipelining(1, (_request, response) => {
    onceGone(response, () => {
      told += 1;
    });
    response.end('done');
  });
  await until(() => told === 1);
  client.destroy();
  await once(client, 'close');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(told).toBe(1);
});

it('onceGone() tells of a socket that had ended before, and nobody who took the callback back', async () => {
  const responses: ServerResponse[] = [];
  const client = await pipelining(2, (_request, response) => {
    responses.push(response);
  });
  await until(() => responses.length === 2);
  const [, second] = responses as [ServerResponse, ServerResponse];
  let forgotten = 0;
  onceGone(second, () => {
    forgotten += 1;
  })();
  expect(isGone(second)).toBe(false);
  client.destroy();
  await until(() => second.req.socket.closed);
  expect(isGone(second)).toBe(true);
  await new Promise<void>((resolve) => onceGone(second, resolve));
  expect(forgotten).toBe(0);
});

it('mayBeAnswered() hangs up on a client that sends more ahead than it may, and answers none of the rest', async () => {
  let letIn = 0;
  const client = await pipelining(1_000, (_request, response) => {
    if (mayBeAnswered(response)) letIn += 1;
  });
  await once(client, 'close');
  expect(letIn).toBe(MOST_UNANSWERED);
});

it('mayBeAnswered() lets any number pass that are answered at once, and counts none twice', async () => {
  let answered = 0;
  await pipelining(500, (_request, response) => {
    if (!mayBeAnswered(response) || !mayBeAnswered(response)) return;
    answered += 1;
    response.end();
  });
  await until(() => answered === 500);
});

it('mayBeAnswered() lets nothing pass that comes after the answer that ends its socket, and that answer any time', async () => {
  let came = 0;
  const passed: number[] = [];
  const client = await pipelining(5, (_request, response) => {
    const number = came++;
    if (!mayBeAnswered(response)) return;
    passed.push(number);
    if (number === 1) {
      endWith(response);
      expect(mayBeAnswered(response)).toBe(true);
      response.writeHead(400, { Connection: 'close' });
    }
    response.end();
  });
  await once(client, 'close');
  expect([came, passed]).toEqual([5, [0, 1]]);
});

it('mayBeAnswered() lets go of answers that have ended, so that they can be collected', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const answers: WeakRef<ServerResponse>[] = [];
  const client = await pipelining(0, (_request, response) => {
    mayBeAnswered(response);
    answers.push(new WeakRef(response));
    response.end();
  });
  for (let sent = 1; sent <= 12; sent += 1) {
    client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await until(() => answers.length === sent);
  }
  // A weak reference holds what it was asked for until the end of the turn.
  await new Promise((resolve) => setTimeout(resolve, 10));
  collect();
  expect(answers.filter((answer) => answer.deref() !== undefined).length).toBeLessThanOrEqual(3);
});

it('isAtWorkFor() knows a client that is waited for from one that waits', async () => {
  let waiting: ServerResponse | undefined;
  const client = await pipelining(0, (_request, response) => {
    mayBeAnswered(response);
    waiting = response;
  });
  client.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{');
  await until(() => waiting !== undefined);
  const response = waiting as unknown as ServerResponse;
  expect(isAtWorkFor(response.req.socket)).toBe(false);
  client.write('}');
  response.req.resume();
  await until(() => isAtWorkFor(response.req.socket));
  response.end();
  expect(isAtWorkFor(response.req.socket)).toBe(false);
});
