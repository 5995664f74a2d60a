// One visitor, or a script on one page, sends as much as it can. Without a bound per connection it would take every socket
// to Alpaca and every slot of the server, and everybody else would wait behind it.
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InFlightLimit, type Leave } from '../../../server/proxy/in-flight-limit.ts';
import { connectionOf, Harness } from './proxy-harness.ts';

function response(): ServerResponse {
  return new ServerResponse(new IncomingMessage(new Socket()));
}

/** Lets everything that can go on go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('InFlightLimit', () => {
  it('lets the next one go on when one leaves, in order', async () => {
    const limit = new InFlightLimit({ each: 1, waiting: 2, total: 10 });
    const order: number[] = [];
    const leave = await limit.enter('a', response());
    const passing = async (number: number) => {
      const left = await limit.enter('a', response());
      order.push(number);
      left();
    };
    const second = passing(2);
    const third = passing(3);
    await settle();
    expect(order).toEqual([]);
    leave();
    await Promise.all([second, third]);
    expect(order).toEqual([2, 3]);
  });

  it('refuses with 503 and Retry-After when the queue is full, and nobody else with it', async () => {
    const limit = new InFlightLimit({ each: 1, waiting: 1, total: 10 });
    await limit.enter('a', response());
    void limit.enter('a', response());
    await expect(limit.enter('a', response())).rejects.toMatchObject({
      status: 503,
      code: 'overloaded',
      headers: { 'Retry-After': '1' },
    });
    await expect(limit.enter('b', response())).resolves.toBeTypeOf('function');
  });

  it('refuses everybody beyond the total', async () => {
    const limit = new InFlightLimit({ each: 5, waiting: 5, total: 2 });
    const leave = await limit.enter('a', response());
    await limit.enter('b', response());
    await expect(limit.enter('c', response())).rejects.toMatchObject({ code: 'overloaded' });
    leave();
    leave();
    await limit.enter('c', response());
    await expect(limit.enter('d', response())).rejects.toMatchObject({ code: 'overloaded' });
  });

  it('gives the place of a client that left while it waited to the next one', async () => {
    const limit = new InFlightLimit({ each: 1, waiting: 5, total: 10 });
    const leave = await limit.enter('a', response());
    const impatient = response();
    const refused = limit.enter('a', impatient).catch(({ code }) => code);
    const patient = limit.enter('a', response());
    impatient.emit('close');
    expect(await refused).toBe('overloaded');
    leave();
    expect(await patient).toBeTypeOf('function');
  });

  it('never lets more in than it may, and forgets nobody, whatever the order of coming and leaving', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.nat(3)), { maxLength: 60 }),
        async (steps) => {
          const limit = new InFlightLimit({ each: 2, waiting: 100, total: 1_000 });
          const inside: Record<string, Leave[]> = { a: [], b: [] };
          const clients: ServerResponse[] = [];
          let entered = 0;
          let came = 0;
          let gone = 0;
          for (const [key, step] of steps) {
            if (step === 0) inside[key]?.shift()?.();
            else if (step === 1) clients.shift()?.emit('close');
            else {
              const client = response();
              clients.push(client);
              came += 1;
              limit.enter(key, client).then(
                (leave) => {
                  entered += 1;
                  inside[key]?.push(leave);
                },
                () => {
                  gone += 1;
                },
              );
            }
            await settle();
            expect(inside['a']?.length).toBeLessThanOrEqual(2);
            expect(inside['b']?.length).toBeLessThanOrEqual(2);
          }
          while (inside['a']?.length || inside['b']?.length) {
            inside['a']?.shift()?.();
            inside['b']?.shift()?.();
            await settle();
          }
          expect(entered + gone).toBe(came);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('the proxy', () => {
  it('keeps one connection to 24 calls at once, queues 72, refuses the rest, and serves another meanwhile', async () => {
    const held: (() => void)[] = [];
    await using harness = await Harness.start({
      sessions: {
        open: async (request) => ({
          connections: [connectionOf('paper', { id: String(request.headers['x-who']) })],
        }),
      },
      upstream: (request, response) => {
        const answer = () => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
        if (request.url === '/v2/clock') answer();
        else held.push(answer);
      },
    });
    const greedy = Array.from({ length: 100 }, () =>
      harness.fetch('/alpaca/paper/v2/account', { headers: { 'X-Who': 'greedy' } }),
    );
    const first = await Promise.race(greedy);
    expect(first.status).toBe(503);
    expect(first.headers.get('retry-after')).toBe('1');
    expect(await first.json()).toMatchObject({ code: 'overloaded' });
    expect(held.length).toBeLessThanOrEqual(24);

    const answer = await harness.fetch('/alpaca/paper/v2/clock', { headers: { 'X-Who': 'modest' } });
    expect(answer.status).toBe(200);

    const release = setInterval(() => {
      for (const free of held.splice(0)) free();
    }, 5);
    const statuses = (await Promise.all(greedy)).map(({ status }) => status);
    clearInterval(release);
    expect(statuses.filter((status) => status === 503)).toHaveLength(4);
    expect(statuses.filter((status) => status === 200)).toHaveLength(96);
  });
});
