import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { connectionOf, Harness, PAGE_LINES } from '../../server/proxy/proxy-harness.ts';

const POISON = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison';
const ANSWERS: Readonly<Record<string, string>> = {
  'a whole second answer': `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}${POISON}`,
  'many of them': `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}${POISON.repeat(20)}`,
  'one after the last chunk': `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n${POISON}`,
  'one after a 204': `HTTP/1.1 204 No Content\r\n\r\n${POISON}`,
  'one after an empty body': `HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n${POISON}`,
  'one after an error': `HTTP/1.1 422 Unprocessable\r\nContent-Length: 2\r\n\r\n{}${POISON}`,
  'one after a 401': `HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}${POISON}`,
  'one after a 302': `HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n${POISON}`,
  'one before': `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}${POISON}`,
  'half of one':
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoi',
  'bytes that are no answer': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}poison',
  'a body longer than it says': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"poison"}',
};
const METHODS = ['GET', 'HEAD', 'DELETE'];
const INPUTS = Object.entries(ANSWERS).flatMap(([what, bytes]) =>
  METHODS.flatMap((method) => [0, 5].map((delay) => ({ what, bytes, method, delay }))),
);

/*
 * An upstream, or somebody who smuggles through it, sends more than was asked for. If the connection goes back into the pool
 * with it, the surplus becomes the answer to the next person's request (Node CVE-2026-48931, response-queue poisoning).
 */
it(`answers with something behind them: ${INPUTS.length} inputs, 0 reach the next person`, async () => {
  let planned = { bytes: '', delay: 0 };
  await using harness = await Harness.start({
    deadlines: { headers: 2_000, total: 4_000 },
    sessions: {
      open: async ({ headers }) => ({
        connections: [
          connectionOf('paper', { id: String(headers['x-who']), accessToken: String(headers['x-who']) }),
        ],
      }),
    },
    rawUpstream: (socket) => {
      socket.setEncoding('latin1').on('data', async (request) => {
        const next = /^authorization: Bearer next/im.test(String(request));
        const { bytes, delay } = planned;
        const split = bytes.search(/poi/) - 40;
        if (next) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext');
        else if (delay === 0 || split < 1) socket.write(bytes);
        else {
          socket.write(bytes.slice(0, split));
          await sleep(delay);
          if (socket.writable) socket.write(bytes.slice(split));
        }
      });
    },
  });
  const send = (who: string, method: string, path: string): Promise<string> =>
    harness.raw(`${method} /alpaca/paper${path} HTTP/1.1\r\n${PAGE_LINES}X-Who: ${who}\r\n\r\n`);

  for (const { what, bytes, method, delay } of INPUTS) {
    planned = { bytes, delay };
    await send('attacker', method, method === 'DELETE' ? '/v2/orders' : '/v2/account');
    for (const answer of await Promise.all([1, 2, 3].map(() => send('next', 'GET', '/v2/positions')))) {
      expect(answer, `${method} ${what}`).not.toContain('poi');
      expect(answer.endsWith('next'), `${method} ${what}\n${answer}`).toBe(true);
    }
  }
});
