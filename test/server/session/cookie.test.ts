import { randomBytes } from 'node:crypto';
import { sign } from 'cookie-signature';
import type { Request } from 'express';
import type { SessionData } from 'express-session';
import { describe, expect, it } from 'vitest';
import {
  assertSessionCookieWorks,
  requestView,
  SessionStore,
  sessionCookieAttributes,
  sessionCookieName,
  signedSessionId,
} from '../../../server/session/cookie.ts';
import { RecordStore } from '../../../server/session/records.ts';
import { Sealer } from '../../../server/session/sealer.ts';
import { Sessions } from '../../../server/session/sessions.ts';
import { exampleConnection } from './example-connection.ts';
import { MemoryBackend } from './memory-backend.ts';
import { stalledBackend } from './stalled-backend.ts';

const https = new URL('https://connect.example.com');
const http = new URL('http://localhost:3000');

describe('sessionCookieName()', () => {
  it('has the __Host- prefix on https, and none on plain http', () => {
    expect(sessionCookieName(https)).toBe('__Host-alpaca.sid');
    expect(sessionCookieName(http)).toBe('alpaca.sid');
  });
});

describe('sessionCookieAttributes()', () => {
  it('is Strict on the same site, and Secure on https', () => {
    const strict = { httpOnly: true, path: '/', sameSite: 'strict', partitioned: false };
    expect(sessionCookieAttributes(https, { crossSite: false })).toEqual({ ...strict, secure: true });
    expect(sessionCookieAttributes(http, { crossSite: false })).toEqual({ ...strict, secure: false });
  });

  it('is None, Partitioned and Secure for a page on another site, on plain-http localhost too', () => {
    const none = { httpOnly: true, path: '/', sameSite: 'none', partitioned: true, secure: true };
    expect(sessionCookieAttributes(https, { crossSite: true })).toEqual(none);
    expect(sessionCookieAttributes(http, { crossSite: true })).toEqual(none);
  });
});

describe('assertSessionCookieWorks()', () => {
  it('accepts https, and plain http on a loopback host', () => {
    for (const url of [
      'https://a.example',
      'http://localhost',
      'http://LOCALHOST:3000',
      'http://app.localhost:1',
    ]) {
      expect(() => assertSessionCookieWorks(new URL(url)), url).not.toThrow();
    }
    for (const url of ['http://127.0.0.1:3000', 'http://127.1', 'http://[::1]:3000']) {
      expect(() => assertSessionCookieWorks(new URL(url)), url).not.toThrow();
    }
  });

  it('refuses plain http on any other host, and any other scheme', () => {
    const remote = [
      'http://a.example',
      'http://192.168.0.1',
      'http://notlocalhost',
      'http://localhost.a.example',
    ];
    for (const url of [...remote, 'http://127.0.0.1.a.example', 'http://[::2]', 'ftp://localhost']) {
      expect(() => assertSessionCookieWorks(new URL(url)), url).toThrow(/https/);
    }
  });
});

const SECRETS = ['newest secret', 'older secret'];
const cookie = (secret: string, name = 'sid') =>
  `${name}=${encodeURIComponent(`s:${sign('the id', secret)}`)}`;

describe('signedSessionId()', () => {
  it('returns the id that any of the secrets signed', () => {
    for (const secret of SECRETS) expect(signedSessionId(cookie(secret), 'sid', SECRETS)).toBe('the id');
  });

  it('returns nothing for another secret, another name, an unsigned value or no cookie', () => {
    const unsigned = ['sid=the id', 'sid=s:the id', 'sid=', ''];
    for (const header of [
      cookie('another secret'),
      cookie('newest secret', 'other'),
      ...unsigned,
      undefined,
    ]) {
      expect(signedSessionId(header, 'sid', SECRETS), header).toBeUndefined();
    }
  });
});

const request = { session: 'theirs', cookies: 'theirs', url: '/path', secure: false } as unknown as Request;

describe('requestView()', () => {
  it('shows the request, without the session and cookies that the app around it put there', () => {
    const view = requestView(request, https);
    expect(view).toMatchObject({ url: '/path', secure: false });
    expect(view.session).toBeUndefined();
    expect(view.cookies).toBeUndefined();
  });

  it('keeps what is written to it from the request', () => {
    const view = requestView(request, https);
    Object.assign(view, { session: 'ours', sessionID: 'ours' });
    expect(view.session).toBe('ours');
    expect(request.session).toBe('theirs');
    expect(request).not.toHaveProperty('sessionID');
  });

  it('counts as secure on plain-http loopback', () => {
    expect(requestView(request, new URL('http://localhost:3000')).secure).toBe(true);
    expect(request.secure).toBe(false);
  });
});

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
