import { randomBytes } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { type RecordBackend, RecordStore } from '../../../server/session/records.ts';
import { Sealer } from '../../../server/session/sealer.ts';
import { Sessions, type TakeOver } from '../../../server/session/sessions.ts';
import type { StoredConnection } from '../../../server/stored-connection.ts';
import { exampleConnection } from './example-connection.ts';
import { MemoryBackend } from './memory-backend.ts';

const minute = 60_000;
const idle = 10 * minute;
const absolute = 60 * minute;
const cookie = { path: '/' };
const paper = exampleConnection({ environment: 'paper' });
const live = exampleConnection({ environment: 'live' });

function setUp(options: { onTakeOver?: (change: TakeOver) => Promise<void> } = {}) {
  const clock = { time: 1_000_000 };
  const now = () => clock.time;
  const backend = new MemoryBackend({ now });
  const records = new RecordStore({ backend, sealer: new Sealer([randomBytes(32)]), now });
  return { clock, backend, records, sessions: new Sessions({ records, idle, absolute, now, ...options }) };
}

async function loaded(sessions: Sessions, id: string) {
  const session = await sessions.load(id);
  if (session === undefined) throw new Error('There is no such session.');
  return session;
}

const append = (connection: StoredConnection) => (list: StoredConnection[]) => [...list, connection];

describe('Sessions timeouts', () => {
  it('ends a session in the very millisecond of its idle timeout', async () => {
    const { clock, sessions } = setUp();
    await sessions.create('id', { cookie, connections: [paper] });
    clock.time += idle - 1;
    expect((await sessions.load('id'))?.connections).toEqual([paper]);
    clock.time += 1;
    expect(await sessions.load('id')).toBeUndefined();
  });

  it('ends a session in the very millisecond of its absolute timeout, however busy it is', async () => {
    const { clock, sessions } = setUp();
    const end = clock.time + absolute;
    await sessions.create('id', { cookie, connections: [paper] });
    while (clock.time + 5 * minute < end) {
      clock.time += 5 * minute;
      await sessions.touch(await loaded(sessions, 'id'));
      await sessions.update('id', append(live));
    }
    clock.time = end - 1;
    await sessions.touch(await loaded(sessions, 'id'));
    expect(await sessions.load('id')).toBeDefined();
    clock.time = end;
    expect(await sessions.load('id')).toBeUndefined();
  });

  it('touch() restarts the idle timeout', async () => {
    const { clock, sessions } = setUp();
    await sessions.create('id', { cookie, connections: [] });
    clock.time += idle - 1;
    await sessions.touch(await loaded(sessions, 'id'));
    clock.time += idle - 1;
    expect(await sessions.load('id')).toBeDefined();
    clock.time += 1;
    expect(await sessions.load('id')).toBeUndefined();
  });

  it('touch() writes once a minute at most', async () => {
    const { clock, sessions } = setUp();
    await sessions.create('id', { cookie, connections: [] });
    const created = await loaded(sessions, 'id');
    clock.time += minute - 1;
    await sessions.touch(created);
    expect((await loaded(sessions, 'id')).touchedAt).toBe(created.touchedAt);
    clock.time += 1;
    await sessions.touch(created);
    expect((await loaded(sessions, 'id')).touchedAt).toBe(created.touchedAt + minute);
  });

  it('touch() does not wait for the disk, as the loss of a touch costs nothing, and every other change does', async () => {
    const { clock, backend, sessions } = setUp();
    const replace = vi.spyOn(backend as RecordBackend, 'replace');
    await sessions.create('id', { cookie, connections: [paper] });
    clock.time += minute;
    await sessions.touch(await loaded(sessions, 'id'));
    await sessions.update('id', append(live));
    await sessions.markRevoked('id', live.id, '2026-11-27T00:00:00Z');
    expect(replace.mock.calls.map(([, , , , options]) => options?.mayBeLost ?? false)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('touch() keeps a session alive whose idle timeout is shorter than a minute', async () => {
    const { clock, records } = setUp();
    const sessions = new Sessions({ records, idle: 1000, absolute, now: () => clock.time });
    await sessions.create('id', { cookie, connections: [] });
    for (let n = 0; n < 10; n++) {
      clock.time += 600;
      await sessions.touch(await loaded(sessions, 'id'));
    }
    expect(await sessions.load('id')).toBeDefined();
  });

  it('touch() resolves when the store fails', async () => {
    const { clock, sessions, backend } = setUp();
    await sessions.create('id', { cookie, connections: [] });
    const created = await loaded(sessions, 'id');
    clock.time += minute;
    await backend.close();
    await expect(sessions.touch(created)).resolves.toBeUndefined();
    await expect(sessions.load('id')).rejects.toMatchObject({ status: 503 });
  });

  it('shortened timeouts hold for sessions that were made before', async () => {
    const { clock, records, sessions } = setUp();
    await sessions.create('id', { cookie, connections: [] });
    clock.time += minute;
    const shorter = new Sessions({ records, idle: minute, absolute, now: () => clock.time });
    expect(await sessions.load('id')).toBeDefined();
    expect(await shorter.load('id')).toBeUndefined();
  });

  it('update() does not count as use', async () => {
    const { clock, sessions } = setUp();
    await sessions.create('id', { cookie, connections: [] });
    clock.time += idle - 1;
    await sessions.update('id', append(paper));
    clock.time += 1;
    expect(await sessions.load('id')).toBeUndefined();
  });
});

// Somebody logs out on a shared computer while another request of theirs is still under way. What that request writes
// afterwards must not bring the session, and the access token in it, back.
describe('Sessions after the end', () => {
  it('no write brings a session back that was ended', async () => {
    const { clock, sessions } = setUp();
    await sessions.create('id', { cookie, connections: [paper] });
    clock.time += minute;
    const inFlight = await loaded(sessions, 'id');
    await sessions.end('id');
    await sessions.touch(inFlight);
    expect(await sessions.create('id', { cookie, connections: [paper] })).toBe(false);
    expect(await sessions.update('id', append(paper))).toBeUndefined();
    await sessions.markRevoked('id', paper.id, 'now');
    expect(await sessions.load('id')).toBeUndefined();
  });

  it('no write brings it back until its absolute timeout would have passed', async () => {
    const { clock, sessions } = setUp();
    await sessions.create('id', { cookie, connections: [paper] });
    await sessions.end('id');
    clock.time += absolute - 1;
    expect(await sessions.create('id', { cookie, connections: [paper] })).toBe(false);
  });

  it('touch() does not revive a session that timed out after it was loaded', async () => {
    const { clock, sessions } = setUp();
    await sessions.create('id', { cookie, connections: [] });
    const inFlight = await loaded(sessions, 'id');
    clock.time += idle;
    await sessions.touch(inFlight);
    expect(await sessions.load('id')).toBeUndefined();
  });

  it('update() gives up when the session ends between its read and its write', async () => {
    const { sessions, backend } = setUp();
    await sessions.create('id', { cookie, connections: [paper] });
    const replace = backend.replace.bind(backend);
    backend.replace = async (...swap) => {
      await sessions.end('id');
      return replace(...swap);
    };
    expect(await sessions.update('id', append(live))).toBeUndefined();
    expect(await sessions.load('id')).toBeUndefined();
  });
});

describe('Sessions.update()', () => {
  it('returns the connections as they were before', async () => {
    const { sessions } = setUp();
    await sessions.create('id', { cookie, connections: [paper] });
    expect(await sessions.update('id', () => [])).toEqual([paper]);
    expect((await loaded(sessions, 'id')).connections).toEqual([]);
  });

  it('writes nothing when the change gives the same list back', async () => {
    const { sessions } = setUp();
    await sessions.create('id', { cookie, connections: [paper] });
    const { sealed } = await loaded(sessions, 'id');
    await sessions.update('id', (connections) => connections);
    expect((await loaded(sessions, 'id')).sealed).toEqual(sealed);
  });

  it('loses none of twenty parallel changes, nor a touch among them', async () => {
    const { clock, sessions } = setUp();
    await sessions.create('id', { cookie, connections: [] });
    clock.time += minute;
    const added = Array.from({ length: 20 }, () => exampleConnection());
    const touch = sessions.touch(await loaded(sessions, 'id'));
    await Promise.all([touch, ...added.map((connection) => sessions.update('id', append(connection)))]);
    const ids = (await loaded(sessions, 'id')).connections.map(({ id }) => id);
    expect(ids.sort()).toEqual(added.map(({ id }) => id).sort());
  });

  it('answers 503 when a broken backend never lets a change through', async () => {
    const { sessions, backend } = setUp();
    await sessions.create('id', { cookie, connections: [] });
    backend.replace = async () => false;
    await expect(sessions.update('id', append(paper))).rejects.toMatchObject({ status: 503 });
  });
});

describe('Sessions.markRevoked()', () => {
  it('forgets the token of that one connection, and says when', async () => {
    const { sessions } = setUp();
    await sessions.create('id', { cookie, connections: [paper, live] });
    await sessions.markRevoked('id', paper.id, '2026-08-01T13:00:00.000Z');
    const revoked = { ...paper, accessToken: '', revokedAt: '2026-08-01T13:00:00.000Z' };
    expect((await loaded(sessions, 'id')).connections).toEqual([revoked, live]);
  });

  it('keeps the first mark, and leaves a successor of the connection alone', async () => {
    const { sessions } = setUp();
    await sessions.create('id', { cookie, connections: [paper] });
    await sessions.markRevoked('id', 'another id', 'first');
    expect((await loaded(sessions, 'id')).connections).toEqual([paper]);
    await sessions.markRevoked('id', paper.id, 'first');
    await sessions.markRevoked('id', paper.id, 'second');
    expect((await loaded(sessions, 'id')).connections[0]?.revokedAt).toBe('first');
  });
});

describe('Sessions.rotate()', () => {
  const made = { cookie, connections: [live] };

  it('changes nothing for the old session until a browser is seen with the new one', async () => {
    const { sessions } = setUp();
    await sessions.create('old', { cookie, connections: [paper] });
    await sessions.rotate('old', 'new', made);
    expect((await sessions.open('old'))?.connections).toEqual([paper]);
    expect((await sessions.open('new'))?.connections).toEqual([paper, live]);
    expect((await sessions.open('new'))?.connections).toEqual([paper, live]);
    expect(await sessions.load('old')).toBeUndefined();
    expect(await sessions.create('old', { cookie, connections: [paper] })).toBe(false);
  });

  it('tells once what is new and what it took the place of, when several requests see it at once', async () => {
    const told: TakeOver[] = [];
    const { sessions } = setUp({ onTakeOver: async (change) => void told.push(change) });
    const other = { ...live, id: 'other live' };
    await sessions.create('old', { cookie, connections: [paper, live] });
    await sessions.rotate('old', 'new', { cookie, connections: [other] });
    expect(told).toEqual([]);
    const seen = await Promise.all(Array.from({ length: 5 }, () => sessions.open('new')));
    for (const session of seen) expect(session?.connections).toEqual([paper, other]);
    expect(told).toEqual([{ made: [other], replaced: [live] }]);
  });

  it('keeps nothing of another person', async () => {
    const { sessions } = setUp();
    await sessions.create('old', { cookie, connections: [{ ...paper, user: 'ada' }] });
    await sessions.rotate('old', 'new', { cookie, connections: [{ ...live, user: 'bob' }] });
    expect((await sessions.open('new'))?.connections).toMatchObject([{ user: 'bob' }]);
  });

  it('starts with nothing when there is no old session', async () => {
    const { sessions } = setUp();
    await sessions.rotate('never stored', 'new', made);
    expect((await sessions.open('new'))?.connections).toEqual([live]);
  });

  it('starts a new absolute timeout', async () => {
    const { clock, sessions } = setUp();
    await sessions.create('old', { cookie, connections: [] });
    clock.time += 1000;
    await sessions.rotate('old', 'new', made);
    expect((await loaded(sessions, 'new')).createdAt).toBe(clock.time);
  });

  it('does not carry over a connection that was disconnected in the old session meanwhile', async () => {
    const { sessions } = setUp();
    await sessions.create('old', { cookie, connections: [paper] });
    await sessions.rotate('old', 'new', made);
    await sessions.update('old', () => []);
    expect((await sessions.open('new'))?.connections).toEqual([live]);
  });

  it('does not carry over a connection that was disconnected while it was being copied', async () => {
    const { sessions, backend } = setUp();
    await sessions.create('old', { cookie, connections: [paper] });
    await sessions.rotate('old', 'new', made);
    const replace = backend.replace.bind(backend);
    backend.replace = async (...record) => {
      backend.replace = replace;
      await sessions.update('old', () => []);
      return replace(...record);
    };
    expect((await sessions.open('new'))?.connections).toEqual([live]);
    expect(await sessions.load('old')).toBeUndefined();
  });

  it('does not carry over anything when the old session has ended', async () => {
    const { sessions } = setUp();
    await sessions.create('old', { cookie, connections: [paper] });
    await sessions.rotate('old', 'new', made);
    await sessions.end('old');
    expect((await sessions.open('new'))?.connections).toEqual([live]);
  });

  it('leaves the old session as it was when the new one cannot be stored', async () => {
    const { sessions, backend } = setUp();
    await sessions.create('old', { cookie, connections: [paper] });
    backend.create = async () => {
      throw new Error('disk full');
    };
    await expect(sessions.rotate('old', 'new', made)).rejects.toMatchObject({ status: 503 });
    expect((await loaded(sessions, 'old')).connections).toEqual([paper]);
  });
});

describe('Sessions.load()', () => {
  it('reads a record of another shape as no session', async () => {
    const { clock, records, sessions } = setUp();
    const good = { cookie, connections: [], createdAt: clock.time, touchedAt: clock.time };
    await records.put('session', 'id', good, clock.time + 1);
    expect(await sessions.load('id')).toBeDefined();
    const bad = [
      null,
      1,
      [],
      {},
      { ...good, cookie: null },
      { ...good, connections: {} },
      { ...good, createdAt: '1' },
    ];
    for (const value of [...bad, { ...good, touchedAt: undefined }]) {
      await records.put('session', 'id', value, clock.time + 1);
      expect(await sessions.load('id'), JSON.stringify(value)).toBeUndefined();
    }
  });
});
