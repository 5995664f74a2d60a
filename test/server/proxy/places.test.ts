// One visitor, or a script on one page, or six sessions of one account, send as much as they can. Without shares of their own
// they would take every socket to Alpaca and every slot of the server, and everybody else would wait behind them.
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CALL_PLACES,
  type Client,
  type Leave,
  type PlaceLimits,
  Places,
} from '../../../server/proxy/places.ts';
import { POOL_SIZE } from '../../../server/proxy/relay.ts';
import { connectionOf, Harness } from './proxy-harness.ts';

const ROOMY: PlaceLimits = {
  connection: 99,
  person: 99,
  address: 99,
  total: 99,
  waiting: 99,
  present: 999,
};

function response(): ServerResponse {
  return new ServerResponse(new IncomingMessage(new Socket()));
}

/** `c p a`: a connection, its person and their address. One name stands for all three. */
function client(text: string): Client {
  const [connection = '', person = connection, address = person] = text.split(' ');
  return { connection, person, address };
}

/** Lets everything that can go on go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Requests that ask for places, and the order in which they got them. */
class Crowd {
  readonly order: string[] = [];
  readonly #limit: Places;
  readonly #inside: Leave[] = [];

  constructor(limits: Partial<PlaceLimits>) {
    this.#limit = new Places({ ...ROOMY, ...limits });
  }

  async come(...texts: string[]): Promise<void> {
    for (const text of texts) {
      void this.#limit.enter(client(text), response()).then((leave) => {
        this.order.push(text);
        this.#inside.push(leave);
      });
    }
    await settle();
  }

  /** The one that has been inside for longest leaves, so many times. */
  async leave(times = 1): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      this.#inside.shift()?.();
      await settle();
    }
  }
}

describe('Places', () => {
  it('leaves connections of the pool over, so that nobody waits in there', () => {
    expect(CALL_PLACES.total).toBeLessThan(POOL_SIZE);
  });

  it('lets the next one go on when one leaves, in order', async () => {
    const crowd = new Crowd({ connection: 1 });
    await crowd.come('a p h', 'a p h', 'a p h');
    expect(crowd.order).toHaveLength(1);
    await crowd.leave(2);
    expect(crowd.order).toHaveLength(3);
  });

  it.each<[string, Partial<PlaceLimits>, string[]]>([
    ['a connection', { connection: 1 }, ['a p h', 'a p h']],
    ['a person with several sessions', { person: 1 }, ['a p h', 'b p i']],
    ['an address with several people', { address: 1 }, ['a p h', 'b q h']],
    ['all together', { total: 1 }, ['a', 'b']],
  ])('keeps %s to its share', async (_, limits, texts) => {
    const crowd = new Crowd(limits);
    await crowd.come(...texts);
    expect(crowd.order).toHaveLength(1);
    await crowd.leave();
    expect(crowd.order).toHaveLength(2);
  });

  it('gives a scarce place to the addresses in turn, and to the people of an address in turn', async () => {
    const crowd = new Crowd({ total: 1 });
    await crowd.come('first', 'a1 a home', 'a1 a home', 'a1 a home', 'b b home', 'c c work', 'c c work');
    await crowd.leave(6);
    expect(crowd.order).toEqual([
      'first',
      'a1 a home',
      'c c work',
      'b b home',
      'c c work',
      'a1 a home',
      'a1 a home',
    ]);
  });

  it('lets a neighbour in at once beside six sessions of one person that send all they may', async () => {
    const crowd = new Crowd(CALL_PLACES);
    for (let session = 0; session < 6; session += 1) {
      await crowd.come(...Array.from({ length: 70 }, () => `${session} mallory cafe`));
    }
    expect(crowd.order).toHaveLength(CALL_PLACES.person);
    await crowd.come('ada', 'bob bob cafe');
    expect(crowd.order.slice(CALL_PLACES.person)).toEqual(['ada', 'bob bob cafe']);
  });

  it('does not let a request of one connection keep back those of another of the same person', async () => {
    const crowd = new Crowd({ connection: 1 });
    await crowd.come('a p h', 'a p h', 'b p h');
    expect(crowd.order).toEqual(['a p h', 'b p h']);
  });

  it('refuses with 503 and Retry-After when the queue is full, and nobody else with it', async () => {
    const limit = new Places({ ...ROOMY, connection: 1, waiting: 1 });
    await limit.enter(client('a'), response());
    void limit.enter(client('a'), response());
    await expect(limit.enter(client('a'), response())).rejects.toMatchObject({
      status: 503,
      code: 'overloaded',
      headers: { 'Retry-After': '1' },
    });
    await expect(limit.enter(client('b'), response())).resolves.toBeTypeOf('function');
  });

  it('bounds how many of one address are under way and wait', async () => {
    const limit = new Places({ ...ROOMY, address: 1, present: 3 });
    for (const name of ['a', 'b', 'c']) void limit.enter(client(`${name} ${name} home`), response());
    await expect(limit.enter(client('d d home'), response())).rejects.toMatchObject({ code: 'overloaded' });
    await expect(limit.enter(client('e'), response())).resolves.toBeTypeOf('function');
  });

  it('counts a request once, however often it leaves', async () => {
    const limit = new Places({ ...ROOMY, total: 2, waiting: 0 });
    const leave = await limit.enter(client('a'), response());
    await limit.enter(client('b'), response());
    await expect(limit.enter(client('c'), response())).rejects.toMatchObject({ code: 'overloaded' });
    leave();
    leave();
    await limit.enter(client('c'), response());
    await expect(limit.enter(client('d'), response())).rejects.toMatchObject({ code: 'overloaded' });
  });

  it('gives a place that rests to others at once, and to its own person later', async () => {
    const limit = new Places({ ...ROOMY, person: 1, total: 1 });
    const leave = await limit.enter(client('a a home'), response());
    const order: string[] = [];
    const pass = async (text: string): Promise<void> => {
      const leaveAgain = await limit.enter(client(text), response());
      order.push(text);
      leaveAgain();
    };
    const all = [pass('a2 a home'), pass('b b home'), pass('c')];
    leave(50);
    await settle();
    expect(order).toEqual(['b b home', 'c']);
    await Promise.all(all);
    expect(order).toEqual(['b b home', 'c', 'a2 a home']);
  });

  it.each<[string, (impatient: ServerResponse) => void]>([
    ['its answer is closed', (impatient) => impatient.emit('close')],
    ['its socket ends, before the answer had its turn on it', ({ req }) => req.socket.destroy()],
  ])('gives the place of a client that left while it waited to the next one: %s', async (_, goAway) => {
    const limit = new Places({ ...ROOMY, connection: 1 });
    const leave = await limit.enter(client('a'), response());
    const impatient = response();
    const refused = limit.enter(client('a'), impatient).catch(({ code }) => code);
    const patient = limit.enter(client('a'), response());
    goAway(impatient);
    expect(await refused).toBe('overloaded');
    leave();
    expect(await patient).toBeTypeOf('function');
  });

  it('never lets more in than it may, loses no place, keeps nobody out whom it could let in, and keeps the order', async () => {
    const LIMITS = { ...ROOMY, connection: 2, person: 3, address: 4, total: 5 };
    const WHO = ['a p h', 'b p h', 'c q h', 'd p i', 'e r i', 'f s j'];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...WHO), fc.nat(4)), { maxLength: 80 }),
        async (steps) => {
          const limit = new Places(LIMITS);
          const inside: { text: string; leave: Leave }[] = [];
          const outside: { text: string; number: number; response: ServerResponse }[] = [];
          const lastOf = new Map<string, number>();
          const underWay = (of: keyof Client, key: string) =>
            inside.filter(({ text }) => client(text)[of] === key).length;
          const mayEnter = (text: string) =>
            inside.length < LIMITS.total &&
            (['connection', 'person', 'address'] as const).every(
              (of) => underWay(of, client(text)[of]) < LIMITS[of],
            );
          let settled = 0;
          let came = 0;
          const come = (text: string): void => {
            came += 1;
            const place = { text, number: came, response: response() };
            outside.push(place);
            const out = () => outside.splice(outside.indexOf(place), 1);
            limit.enter(client(text), place.response).then(
              (leave) => {
                out();
                settled += 1;
                inside.push({ text, leave });
                expect(place.number).toBeGreaterThan(lastOf.get(text) ?? 0);
                lastOf.set(text, place.number);
              },
              () => {
                out();
                settled += 1;
              },
            );
          };
          for (const [text, step] of steps) {
            if (step === 0) inside.shift()?.leave();
            else if (step === 1) outside.shift()?.response.emit('close');
            else come(text);
            await settle();
            expect(limit.underWay).toBe(inside.length);
            expect(inside.length).toBeLessThanOrEqual(LIMITS.total);
            for (const { text: one } of inside) {
              for (const of of ['connection', 'person', 'address'] as const) {
                expect(underWay(of, client(one)[of])).toBeLessThanOrEqual(LIMITS[of]);
              }
            }
            expect(outside.filter(({ text: one }) => mayEnter(one))).toEqual([]);
          }
          while (inside.length > 0) {
            inside.shift()?.leave();
            await settle();
          }
          expect([settled, outside.length, limit.underWay]).toEqual([came, 0, 0]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('starves nobody: among waiting addresses, each is served once in a round', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { minLength: 1, maxLength: 40 }), async (addresses) => {
        const crowd = new Crowd({ total: 1 });
        await crowd.come('first', ...addresses.map((address) => `c${address} p${address} h${address}`));
        await crowd.leave(addresses.length);
        const served = crowd.order.slice(1).map((text) => client(text).address);
        const distinct = new Set(addresses).size;
        expect(new Set(served.slice(0, distinct)).size).toBe(distinct);
        expect(served).toHaveLength(addresses.length);
      }),
      { numRuns: 50 },
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
