import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../server/contract.ts';
import { AwayConnections } from '../../server/session/away-connections.ts';
import { RecordStore } from '../../server/session/records.ts';
import { Sealer } from '../../server/session/sealer.ts';
import { REDIS_START_TIMEOUT } from '../redis/start-redis.ts';
import { exampleConnection } from '../server/session/example-connection.ts';
import { Visitor } from '../visitor.ts';
import { openTestStore, STORE_KINDS, type TestStore } from './test-store.ts';
import { startTwoServers, type TwoServers } from './two-servers.ts';

const timeout = REDIS_START_TIMEOUT;
const open = (store: TestStore) =>
  startTwoServers(
    { ...store.variables, AWAY_DAYS: '30', CONNECTS_PER_MINUTE: '999999' },
    'test/faults/server-of-users.mjs',
  );

function personOf(servers: TwoServers, user: string): Visitor {
  const person = new Visitor(servers);
  person.cookies.set('user', user);
  return person;
}

async function given({ url }: TwoServers, user: string): Promise<string[]> {
  const answer = await fetch(`${url}/of/${user}`);
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
  return (await answer.json()) as string[];
}

/** What the servers said of each person: the id that was allowed, and whether it was ended. */
interface Acknowledged {
  id: string;
  ended: boolean | 'unknown';
}

/** People allow and every second one ends it again, eight at a time, until `stop` is called. */
function actOnAndOn(servers: TwoServers): { people: Map<string, Acknowledged>; stop(): Promise<void> } {
  const people = new Map<string, Acknowledged>();
  let stopped = false;
  let count = 0;
  const act = async (): Promise<void> => {
    while (!stopped) {
      const user = `person-${count++}`;
      const ends = count % 2 === 0;
      const person = personOf(servers, user);
      const connected = await person.connect({ away: 30 }).catch(() => undefined); // the server died under this one
      if (connected?.status !== 201) continue;
      const { id } = (await connected.json().catch(() => ({ id: undefined }))) as { id?: string };
      if (id === undefined) continue;
      const acknowledged: Acknowledged = { id, ended: ends && 'unknown' };
      people.set(user, acknowledged);
      if (!ends) continue;
      const answer = await person.call(`/away/${id}`, { method: 'DELETE' }).catch(() => undefined);
      if (answer?.status === 204) acknowledged.ended = true;
    }
  };
  const running = Array.from({ length: 8 }, act);
  return {
    people,
    async stop() {
      stopped = true;
      await Promise.all(running);
    },
  };
}

describe.each(STORE_KINDS)('what people allow while they are away, kept in %s', (kind) => {
  it('survives kill -9 of the servers in the middle of writes, and what was ended does not come back', {
    timeout,
  }, async () => {
    await using store = await openTestStore(kind);
    await using servers = await open(store);
    const { people, stop } = actOnAndOn(servers);
    for (let kills = 1; kills <= 3; kills++) {
      const before = people.size;
      await expect.poll(() => people.size, { timeout: 60_000 }).toBeGreaterThanOrEqual(before + 16);
      await Promise.all([servers.kill('a'), servers.kill('b')]);
      await Promise.all([servers.start('a'), servers.start('b')]);
    }
    await stop();
    let [lost, returned] = [0, 0];
    for (const [user, { id, ended }] of people) {
      const ids = await given(servers, user);
      if (ended === false && ids[0] !== id) lost++;
      if (ended === true && ids.length > 0) returned++;
    }
    process.stdout.write(`${kind}, kill -9: ${people.size} allowed, ${lost} lost, ${returned} came back\n`);
    expect({ lost, returned }).toEqual({ lost: 0, returned: 0 });
  });

  it('is seen by both servers at once, and so is each way in which it ends', { timeout }, async () => {
    await using store = await openTestStore(kind);
    await using servers = await open(store);
    const on = async <T>(side: 'a' | 'b', act: () => Promise<T>): Promise<T> => {
      servers.route = side;
      return act();
    };
    const ends: ((person: Visitor, id: string, user: string) => Promise<Response>)[] = [
      (person, id) => person.call(`/away/${id}`, { method: 'DELETE' }),
      (person) => person.call('/connections/paper', { method: 'DELETE' }),
      (_person, _id, user) => fetch(`${servers.url}/of/${user}`, { method: 'DELETE' }),
    ];
    for (const [at, end] of ends.entries()) {
      const user = `ada-${at}`;
      const person = personOf(servers, user);
      const connected = await on('a', () => person.connect({ away: 30 }));
      const { id } = (await connected.json()) as Connection;
      expect(await on('b', () => given(servers, user))).toEqual([id]);
      const began = performance.now();
      expect((await on('a', () => end(person, id, user))).status).toBe(204);
      expect(await on('b', () => given(servers, user))).toEqual([]);
      process.stdout.write(
        `${kind}: ended on the other server after ${Math.round(performance.now() - began)} ms\n`,
      );
    }
  });

  it('tells nothing to whoever copies the store, token or person, and nothing at another place of it', {
    timeout,
  }, async () => {
    await using store = await openTestStore(kind);
    await using servers = await open(store);
    for (const user of ['ada@example.com', 'bob@example.com'])
      await personOf(servers, user).connect({ away: 30 });
    const records = await store.records();
    const dump = [...records].map(([key, record]) => `${key}${record.toString('latin1')}`).join('\n');
    for (const secret of ['ada@example.com', 'bob@example.com', 'Bearer', 'accessToken'])
      expect(dump).not.toContain(secret);

    const backend = store.open();
    const records2 = new RecordStore({ backend, sealer: new Sealer([randomBytes(32)]) });
    const thief = new AwayConnections({ records: records2, keyIds: ['guess'], days: 30, most: 8 });
    expect(await thief.of('ada@example.com')).toEqual([]);
    await backend.close();

    const [ada] = await given(servers, 'ada@example.com');
    const [bob] = await given(servers, 'bob@example.com');
    // Every record to the place of every other: with the right to write, nobody becomes somebody else.
    for (const from of records.keys()) {
      for (const to of records.keys()) await store.overwrite(to, records.get(from) as Buffer);
      for (const [user, own] of [
        ['ada@example.com', ada],
        ['bob@example.com', bob],
      ] as const) {
        for (const id of await given(servers, user)) expect(id).toBe(own);
      }
    }
  });

  it('is kept for 1,000 people, each by themselves, over a rotation of the keys', { timeout }, async () => {
    await using store = await openTestStore(kind);
    const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
    const people = Array.from({ length: 1_000 }, (_, at) => ({
      user: `${at}`,
      kept: exampleConnection({ connectedAt: new Date().toISOString() }),
    }));
    const backend = store.open();
    const serverWith = (...keys: Buffer[]) => {
      const sealer = new Sealer(keys);
      const records = new RecordStore({ backend, sealer, deadline: 60_000 });
      return new AwayConnections({ records, keyIds: sealer.keyIds(), days: 30, most: 8 });
    };
    const before = serverWith(oldKey);
    await Promise.all(people.map(({ user, kept }) => before.keep(user, [kept], Date.now() + 86_400_000)));
    for (const server of [serverWith(oldKey, newKey), serverWith(newKey, oldKey), serverWith(newKey)]) {
      const found = await Promise.all(people.map(({ user }) => server.of(user)));
      expect(found.map((all) => all.map(({ connection }) => connection.id))).toEqual(
        people.map(({ kept }) => [kept.id]),
      );
    }
    await backend.close();
  });
});
