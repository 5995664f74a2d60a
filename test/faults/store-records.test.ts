import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { RecordBackend } from '../../server/session/records.ts';
import { RecordStore } from '../../server/session/records.ts';
import { Sealer } from '../../server/session/sealer.ts';
import { Sessions } from '../../server/session/sessions.ts';
import { REDIS_START_TIMEOUT } from '../redis/start-redis.ts';
import { exampleConnection } from '../server/session/example-connection.ts';
import { openTestStore, STORE_KINDS, type TestStore } from './test-store.ts';

const idle = 600_000;
const absolute = 6_000_000;
const cookie = { path: '/' };

interface Opened {
  backend: RecordBackend;
  records: RecordStore;
  sessions: Sessions;
}

describe.each(STORE_KINDS)('records in %s', (kind) => {
  let store: TestStore;
  beforeAll(async () => {
    store = await openTestStore(kind);
  }, REDIS_START_TIMEOUT);
  afterAll(async () => store[Symbol.asyncDispose]());

  /** As one process of the server has it. */
  function open(keys: Buffer[], now = Date.now): Opened {
    const backend = store.open(now);
    onTestFinished(() => backend.close());
    const records = new RecordStore({ backend, sealer: new Sealer(keys), now });
    return { backend, records, sessions: new Sessions({ records, idle, absolute, now }) };
  }

  /** Stores a session and finds the key under which it lies in the database. */
  async function stored({ sessions }: Opened, id: string): Promise<string> {
    const before = await store.records();
    await sessions.create(id, { cookie, connections: [exampleConnection()] });
    const added = [...(await store.records()).keys()].filter((key) => !before.has(key));
    expect(added).toHaveLength(1);
    return added[0] ?? '';
  }

  // Somebody can write to the database but has no key. They cut records, flip bits, put in bytes of their own, records
  // of other people, of other servers and of earlier. None may be read as a session, and none may bring the server down.
  it('that were damaged, moved or made by others are no session, and are replaced by nobody', async () => {
    const server = open([randomBytes(32)]);
    const key = await stored(server, 'victim');
    const otherKey = await stored(server, 'other');
    const foreignKey = await stored(open([randomBytes(32)]), 'foreign');
    const records = await store.records();
    const [intact, other, foreign] = [key, otherKey, foreignKey].map((each) => records.get(each));
    if (!intact || !other || !foreign) throw new Error('A record is missing.');

    const flipped = Array.from({ length: intact.length }, (_, at) => {
      const bytes = Buffer.from(intact);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      return bytes;
    });
    const cut = Array.from({ length: 60 }, (_, length) => intact.subarray(0, length + 1));
    const made = [Buffer.from('{}'), Buffer.from('null'), Buffer.alloc(100_000), randomBytes(intact.length)];
    const longer = Buffer.concat([intact, Buffer.of(0)]);
    const hostile = [...flipped, ...cut, ...made, longer, other, foreign];
    for (const bytes of hostile) {
      await store.overwrite(key, bytes);
      expect(await server.sessions.load('victim')).toBeUndefined();
    }
    expect(await server.sessions.update('victim', () => [])).toBeUndefined();
    await store.overwrite(key, intact);
    expect(await server.sessions.load('victim')).toBeDefined();
    process.stdout.write(`${kind}, hostile records: ${hostile.length} tried, none read as a session\n`);
  });

  it('of sessions end in the very millisecond of the idle and of the absolute timeout', async () => {
    const start = Date.now();
    const clock = { time: start };
    const { sessions } = open([randomBytes(32)], () => clock.time);
    await sessions.create('idle', { cookie, connections: [exampleConnection()] });
    await sessions.create('busy', { cookie, connections: [exampleConnection()] });
    const exists = async (id: string) => (await sessions.load(id)) !== undefined;

    for (clock.time += idle / 2; clock.time < start + absolute; clock.time += idle / 2) {
      const busy = await sessions.load('busy');
      expect(busy).toBeDefined();
      if (busy) await sessions.touch(busy);
    }
    for (const [id, end] of [
      ['idle', start + idle],
      ['busy', start + absolute],
    ] as const) {
      clock.time = end - 1;
      expect(await exists(id), id).toBe(true);
      clock.time = end;
      expect(await exists(id), id).toBe(false);
    }
  });

  it('survive a change of keys while they are used, and those of a dropped key are gone', async () => {
    const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
    const clock = { time: Date.now() };
    const now = () => clock.time;
    // As a deployment does it: every process learns the new key before the first one seals with it.
    const steps = [[oldKey], [oldKey, newKey], [newKey, oldKey], [newKey]].map((ring) => open(ring, now));
    await steps[0]?.sessions.create('used', { cookie, connections: [exampleConnection()] });
    await steps[0]?.sessions.create('unused', { cookie, connections: [exampleConnection()] });
    for (const { sessions } of steps) {
      const loaded = await sessions.load('used');
      expect(loaded?.connections).toHaveLength(1);
      clock.time += 61_000;
      if (loaded) await sessions.touch(loaded);
    }
    expect(await steps[2]?.sessions.load('unused')).toBeDefined();
    expect(await steps[3]?.sessions.load('unused')).toBeUndefined();
  });

  // A person logs out at one process while the other one reads, touches, changes and renews the very same session. A
  // write that was under way must not bring back the session, or a token that somebody has asked to forget.
  it('of a session that ended never come back, whatever was under way in two processes', async () => {
    const keys = [randomBytes(32)];
    const clock = { time: Date.now() };
    const [here, there] = [open(keys, () => clock.time), open(keys, () => clock.time + 61_000)];
    const rounds = 200;
    for (let round = 0; round < rounds; round++) {
      const id = `round ${round}`;
      const connection = exampleConnection();
      await here.sessions.create(id, { cookie, connections: [connection] });
      const loaded = await there.sessions.load(id);
      if (loaded === undefined) throw new Error('The session is missing.');
      const work = [
        () => there.sessions.touch(loaded),
        () => there.sessions.update(id, (connections) => [...connections, exampleConnection()]),
        () => here.sessions.update(id, (connections) => [...connections]),
        () => there.sessions.markRevoked(id, connection.id, 'now'),
        () => there.sessions.load(id),
      ];
      work.splice(round % (work.length + 1), 0, () => here.sessions.end(id));
      await Promise.all(work.map((each) => each()));
      await there.sessions.touch(loaded);
      for (const { sessions } of [here, there]) {
        expect(await sessions.load(id)).toBeUndefined();
        expect(await sessions.create(id, { cookie, connections: [connection] })).toBe(false);
      }
    }
    process.stdout.write(`${kind}, log-out races: ${rounds} tried, no session came back\n`);
  });

  it('of a session that moves to a new id never hold a connection that was dropped meanwhile', async () => {
    const keys = [randomBytes(32)];
    const [here, there] = [open(keys), open(keys)];
    const live = exampleConnection({ environment: 'live' });
    for (let round = 0; round < 100; round++) {
      const [oldId, newId] = [`old ${round}`, `new ${round}`];
      await here.sessions.create(oldId, { cookie, connections: [exampleConnection()] });
      const drop = () => there.sessions.update(oldId, (connections) => connections.slice(0, 0));
      const earlier = round % 2 === 0 ? drop() : undefined;
      await here.sessions.rotate(oldId, newId, { cookie, connections: [live] });
      const move = here.sessions.open(newId);
      const dropped = await (earlier ?? drop());
      await move;
      expect(await there.sessions.load(oldId)).toBeUndefined();
      const environments = (await there.sessions.load(newId))?.connections.map((each) => each.environment);
      // Whoever was told that it was dropped finds it dropped. To whoever came too late the old session was empty.
      expect(environments).toEqual(dropped?.length ? ['live'] : ['paper', 'live']);
    }
  });
});
