import { randomBytes } from 'node:crypto';
import type { SessionData } from 'express-session';
import { describe, expect, it } from 'vitest';
import { SessionStore } from '../../../server/session/cookie.ts';
import { RecordStore } from '../../../server/session/records.ts';
import { Sealer } from '../../../server/session/sealer.ts';
import { Sessions } from '../../../server/session/sessions.ts';
import { exampleConnection } from './example-connection.ts';
import { MemoryBackend } from './memory-backend.ts';
import { stalledBackend } from './stalled-backend.ts';

const data = { cookie: { originalMaxAge: null } } as SessionData;
const content = { cookie: { path: '/' }, connections: [exampleConnection()] };

function setUp(backend = new MemoryBackend() as ConstructorParameters<typeof RecordStore>[0]['backend']) {
  const clock = { time: Date.now() };
  const now = () => clock.time;
  const records = new RecordStore({ backend, sealer: new Sealer([randomBytes(32)]), now, deadline: 20 });
  const sessions = new Sessions({ records, idle: 600_000, absolute: 6_000_000, now });
  return { clock, backend, sessions, store: new SessionStore(sessions) };
}

/** Calls a method of the store and gives the arguments of its callback. */
function called(call: (callback: (...given: unknown[]) => void) => void): Promise<unknown[]> {
  return new Promise((resolve) => call((...given) => resolve(given)));
}

describe('SessionStore', () => {
  it('get() reads the session, and nothing for an unknown id', async () => {
    const { sessions, store } = setUp();
    await sessions.create('id', content);
    expect(await called((done) => store.get('id', done))).toEqual([null, content]);
    expect(await called((done) => store.get('unknown', done))).toEqual([null, undefined]);
  });

  it('get() reports a store that fails, also when its error is an ENOENT', async () => {
    // express-session takes an error with this code for "no such session", and would go on as if nobody was connected.
    const { backend, store } = setUp();
    backend.get = async () => {
      throw Object.assign(new Error('the file is gone'), { code: 'ENOENT' });
    };
    const [error] = await called((done) => store.get('id', done));
    expect(error).toMatchObject({ status: 503, code: 'session_store_unavailable' });
  });

  it('get() reports a store that hangs', async () => {
    const { store } = setUp(stalledBackend());
    const [error] = await called((done) => store.get('id', done));
    expect(error).toMatchObject({ status: 503 });
  });

  it('set() changes nothing, so that no late save brings an ended session back', async () => {
    const { sessions, store } = setUp();
    await called((done) => store.set('new', data, done));
    expect(await sessions.load('new')).toBeUndefined();
    await sessions.create('id', content);
    await called((done) => store.set('id', data, done));
    expect((await sessions.load('id'))?.connections).toEqual(content.connections);
  });

  it('destroy() ends the session for good', async () => {
    const { sessions, store } = setUp();
    await sessions.create('id', content);
    expect(await called((done) => store.destroy('id', done))).toEqual([]);
    expect(await sessions.load('id')).toBeUndefined();
    expect(await sessions.create('id', content)).toBe(false);
  });

  it('destroy() reports a store that fails', async () => {
    const { store } = setUp(stalledBackend());
    const [error] = await called((done) => store.destroy('id', done));
    expect(error).toMatchObject({ status: 503 });
  });

  it('touch() counts as use, and creates nothing', async () => {
    const { clock, sessions, store } = setUp();
    await sessions.create('id', content);
    clock.time += 60_000;
    await called((done) => store.touch('id', data, done));
    expect((await sessions.load('id'))?.touchedAt).toBe(clock.time);
    await called((done) => store.touch('unknown', data, done));
    expect(await sessions.load('unknown')).toBeUndefined();
  });

  it('touch() comes back without an error when the store hangs', async () => {
    const { store } = setUp(stalledBackend());
    expect(await called((done) => store.touch('id', data, done))).toEqual([]);
  });
});
