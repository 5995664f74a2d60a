import { hash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AwayConnections } from '../../../server/session/away-connections.ts';
import { RecordStore } from '../../../server/session/records.ts';
import { Sealer, type SealPurpose } from '../../../server/session/sealer.ts';
import { exampleConnection } from './example-connection.ts';
import { MemoryBackend } from './memory-backend.ts';

const day = 24 * 3_600_000;
const noon = Date.parse('2026-08-01T12:00:00Z');
const oldKey = randomBytes(32);
const newKey = randomBytes(32);

/** A store, and servers on it that may have other keys and rules. */
function setUp() {
  const clock = { time: noon };
  const now = () => clock.time;
  const backend = new MemoryBackend({ now });
  const written = new Map<string, Buffer>();
  const watched = Object.assign(Object.create(backend), {
    async create(key: string, record: Uint8Array, expires: number) {
      written.set(key, Buffer.from(record));
      return backend.create(key, record, expires);
    },
    async replace(key: string, expected: Uint8Array, record: Uint8Array, expires: number) {
      const done = await backend.replace(key, expected, record, expires);
      if (done) written.set(key, Buffer.from(record));
      return done;
    },
    get: (key: string) => backend.get(key),
    put: (key: string, record: Uint8Array, expires: number) => backend.put(key, record, expires),
  });
  function server({ keys = [oldKey], days = 30, most = 8 } = {}) {
    const sealer = new Sealer(keys);
    const records = new RecordStore({ backend: watched, sealer, now });
    const away = new AwayConnections({ records, keyIds: sealer.keyIds(), days, most, now });
    const idsOf = async (user: string) => (await away.of(user)).map(({ connection }) => connection.id);
    return Object.assign(away, { records, idsOf });
  }
  return { clock, written, server };
}

const ends = noon + 30 * day;

describe('AwayConnections', () => {
  it('ends in the very millisecond of its date, and its person can allow it again', async () => {
    const { clock, server } = setUp();
    const away = server();
    const connection = exampleConnection();
    await away.keep('ada', [connection], noon + day);
    clock.time = noon + day - 1;
    expect(await away.of('ada')).toEqual([{ connection, until: noon + day }]);
    clock.time = noon + day;
    expect(await away.of('ada')).toEqual([]);
    // The backend still has the record, which nobody can read any more.
    const again = exampleConnection({ connectedAt: new Date(clock.time).toISOString() });
    await away.keep('ada', [again], clock.time + day);
    expect(await away.idsOf('ada')).toEqual([again.id]);
  });

  it('ends the first of several at its own date', async () => {
    const { clock, server } = setUp();
    const away = server();
    const [short, long] = [exampleConnection(), exampleConnection()];
    await away.keep('ada', [short], noon + day);
    await away.keep('ada', [long], noon + 2 * day);
    clock.time = noon + day;
    expect(await away.idsOf('ada')).toEqual([long.id]);
  });

  it('holds older permissions to fewer days once fewer are allowed, and gives none once none are', async () => {
    const { clock, server } = setUp();
    await server().keep('ada', [exampleConnection()], ends);
    const stricter = server({ days: 7 });
    expect((await stricter.of('ada'))[0]?.until).toBe(noon + 7 * day);
    clock.time = noon + 7 * day;
    expect(await stricter.of('ada')).toEqual([]);
    expect(await server({ days: 0 }).of('ada')).toEqual([]);
  });

  it('keeps an account once, with its latest connection, and the environments apart', async () => {
    const { server } = setUp();
    const away = server();
    const first = exampleConnection();
    const again = exampleConnection({ account: first.account });
    const live = exampleConnection({ account: first.account, environment: 'live' });
    await away.keep('ada', [first, live], ends);
    await away.keep('ada', [again], ends);
    expect(await away.idsOf('ada')).toEqual([live.id, again.id]);
  });

  it('bounds how many a person has, also when several are allowed at once', async () => {
    const { server } = setUp();
    const away = server({ most: 3 });
    expect(await away.hasRoom('ada', 3)).toBe(true);
    expect(await away.hasRoom('ada', 4)).toBe(false);
    await Promise.all(Array.from({ length: 9 }, () => away.keep('ada', [exampleConnection()], ends)));
    expect(await away.of('ada')).toHaveLength(3);
    expect(await away.hasRoom('ada', 1)).toBe(false);
    expect(await away.hasRoom('bob', 1)).toBe(true);
  });

  it('loses nothing when many change it at once, and brings nothing back that was ended', async () => {
    const { server } = setUp();
    const [one, other] = [server({ most: 50 }), server({ most: 50 })];
    const ended = Array.from({ length: 10 }, () => exampleConnection());
    const made = Array.from({ length: 10 }, () => exampleConnection());
    await one.keep('ada', ended, ends);
    await Promise.all([
      ...ended.map(({ id }) => other.end('ada', (each) => each.id === id)),
      ...made.map((connection) => one.keep('ada', [connection], ends)),
    ]);
    expect((await other.idsOf('ada')).sort()).toEqual(made.map(({ id }) => id).sort());
  });

  it('tells what ended once, and lets a person whose last one ended allow another at once', async () => {
    const { clock, server } = setUp();
    const away = server();
    const connection = exampleConnection();
    await away.keep('ada', [connection], ends);
    expect(await away.end('bob', () => true)).toEqual([]);
    expect(await away.end('ada', () => true)).toEqual([{ connection, until: ends }]);
    expect(await away.end('ada', () => true)).toEqual([]);
    for (const later of [0, 2 * 60_000, 2 * day]) {
      clock.time = noon + later;
      const another = exampleConnection();
      await away.keep('ada', [another], ends);
      expect(await away.idsOf('ada')).toEqual([another.id]);
      await away.end('ada', () => true);
    }
  });

  it.each([
    ['ada', 'Ada'],
    ['ada', 'ada '],
    ['user:1', 'user'],
    ['__proto__', 'constructor'],
    ['a\0b', 'a'],
    ['\u6f22'.repeat(200), '\u6f22'.repeat(199)],
    ['../session:1', 'session:1'],
    ['é', 'e\u0301'],
  ])('takes the ids %j and %j for two people', async (one, other) => {
    const { server } = setUp();
    const away = server();
    const connection = exampleConnection();
    await away.keep(one, [connection], ends);
    expect(await away.idsOf(one)).toEqual([connection.id]);
    expect(await away.idsOf(other)).toEqual([]);
  });

  it('keeps 1,000 people apart', async () => {
    const { server } = setUp();
    const away = server();
    const people = Array.from({ length: 1_000 }, (_, at) => ({ user: `${at}`, kept: exampleConnection() }));
    await Promise.all(people.map(({ user, kept }) => away.keep(user, [kept], ends)));
    await Promise.all(people.filter((_, at) => at % 2 === 0).map(({ user }) => away.end(user, () => true)));
    const found = await Promise.all(people.map(({ user }) => away.idsOf(user)));
    expect(found).toEqual(people.map(({ kept }, at) => (at % 2 === 0 ? [] : [kept.id])));
  });
});

describe('a rotation of the session keys', () => {
  it('loses nobody, whichever server of the two keys is asked, and needs the old key no longer once everybody was read', async () => {
    const { server } = setUp();
    const people = Array.from({ length: 50 }, (_, at) => ({ user: `${at}`, kept: exampleConnection() }));
    const idsBy = (one: ReturnType<typeof server>) =>
      Promise.all(people.map(async ({ user }) => (await one.idsOf(user))[0]));
    const expected = people.map(({ kept }) => kept.id);
    const before = server({ keys: [oldKey] });
    await Promise.all(people.map(({ user, kept }) => before.keep(user, [kept], ends)));
    expect(await idsBy(server({ keys: [oldKey, newKey] }))).toEqual(expected);
    expect(await idsBy(server({ keys: [newKey, oldKey] }))).toEqual(expected);
    expect(await idsBy(server({ keys: [newKey] }))).toEqual(expected);
  });

  it('has servers with the keys in either order agree on everybody from the first one on', async () => {
    for (const order of [0, 1]) {
      const { server } = setUp();
      const servers = [server({ keys: [oldKey, newKey] }), server({ keys: [newKey, oldKey] })] as const;
      const [first, second] = order === 0 ? servers : [servers[1], servers[0]];
      const [one, other] = [exampleConnection(), exampleConnection()];
      await Promise.all([first.keep('ada', [one], ends), second.keep('ada', [other], ends)]);
      expect((await first.idsOf('ada')).sort()).toEqual([one.id, other.id].sort());
      await second.end('ada', ({ id }) => id === one.id);
      expect(await first.idsOf('ada')).toEqual([other.id]);
      expect(await servers[1].idsOf('ada')).toEqual([other.id]);
      expect(await server({ keys: [newKey] }).idsOf('ada')).toEqual([other.id]);
    }
  });

  it('a server with foreign keys reads nobody, and takes nobody away from the others', async () => {
    const { server } = setUp();
    const own = server();
    const kept = exampleConnection();
    await own.keep('ada', [kept], ends);
    const foreign = server({ keys: [randomBytes(32)] });
    expect(await foreign.of('ada')).toEqual([]);
    expect(await foreign.end('ada', () => true)).toEqual([]);
    await foreign.keep('ada', [exampleConnection()], ends);
    expect(await own.idsOf('ada')).toEqual([kept.id]);
  });
});

describe('a copy of the store', () => {
  it('without its key tells neither token nor person, not even to somebody who guesses ids', async () => {
    const { written, server } = setUp();
    const connection = exampleConnection();
    await server().keep('42', [connection], ends);
    const keys = [...written.keys()];
    expect(keys.length).toBeGreaterThan(1);
    for (const guess of ['42', 'away:42', 'user:42', 'session:42']) {
      for (const encoding of ['base64url', 'hex'] as const) {
        expect(keys).not.toContain(hash('sha256', guess, encoding));
      }
    }
    const all = [...keys, ...written.values()].map(String).join();
    expect(all).not.toContain(connection.accessToken);
    expect(all).not.toContain('"42"');
  });

  it('holds no record that reads as one of another purpose', async () => {
    const { written, server } = setUp();
    const away = server();
    await away.keep('ada', [exampleConnection()], ends);
    const sealer = new Sealer([oldKey]);
    for (const [key, record] of written) {
      const opened = (
        ['session', 'attempt', 'grant', 'mailbox', 'away', 'user-name-key'] as SealPurpose[]
      ).filter((purpose) => sealer.open(purpose, key, record) !== undefined);
      expect(opened).toHaveLength(1);
      expect(['away', 'user-name-key']).toContain(opened[0]);
    }
  });
});
