import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { sign } from 'cookie-signature';
import type { Request } from 'express';
import expressSession, { MemoryStore } from 'express-session';
import { describe, expect, it } from 'vitest';
import { ConnectionSessions } from '../../../server/session/connection-session.ts';
import { RecordStore } from '../../../server/session/records.ts';
import { Sealer } from '../../../server/session/sealer.ts';
import { ALL_RULES } from './all-rules.ts';
import { absolute, startConnectionApp } from './connection-app.ts';
import { MemoryBackend } from './memory-backend.ts';
import { stalledBackend } from './stalled-backend.ts';

const https = { 'x-forwarded-proto': 'https' };
const unavailable = { status: 503, body: { code: 'session_store_unavailable' } };

/** A request as the proxy gets it, with no Express around it. */
function bareRequest(cookie?: string): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  if (cookie !== undefined) request.headers.cookie = cookie;
  return request;
}

describe('ConnectionSessions cookie', () => {
  it('is set by the answer that connects, and by no other', async () => {
    const { visitor } = await startConnectionApp();
    const person = visitor();
    expect((await person.send('GET', '/connections')).setCookies).toEqual([]);
    expect((await person.send('POST', '/connections/paper')).setCookies).toHaveLength(1);
    expect((await person.send('GET', '/connections')).setCookies).toEqual([]);
    expect((await person.send('GET', '/open')).setCookies).toEqual([]);
  });

  it('is __Host-, Secure, HttpOnly and Strict on https, and lives as long as the absolute timeout', async () => {
    const { visitor } = await startConnectionApp();
    const { status, setCookies } = await visitor().send('POST', '/connections/paper');
    expect(status).toBe(201);
    const [cookie] = setCookies;
    const attributes = {
      name: '__Host-alpaca.sid',
      path: '/',
      httpOnly: true,
      secure: true,
      sameSite: 'strict',
    };
    expect(cookie).toEqual({ ...attributes, value: cookie?.value, expires: cookie?.expires });
    const lifetime = Number(cookie?.expires) - Date.now();
    expect(lifetime).toBeLessThanOrEqual(absolute);
    expect(lifetime).toBeGreaterThan(absolute - 60_000);
  });

  it('is None, Partitioned and Secure when a page on another site connects', async () => {
    const { visitor } = await startConnectionApp();
    const { setCookies } = await visitor().send('POST', '/connections/paper?site=cross');
    expect(setCookies).toMatchObject([
      { name: '__Host-alpaca.sid', sameSite: 'none', partitioned: true, secure: true },
    ]);
  });

  it('works on plain-http localhost, for a page on the same site and on another', async () => {
    const { visitor } = await startConnectionApp({ publicUrl: 'http://localhost:3000' });
    const person = visitor();
    const [strict] = (await person.send('POST', '/connections/paper', {})).setCookies;
    expect(strict).toMatchObject({ name: 'alpaca.sid', sameSite: 'strict', httpOnly: true });
    expect(strict).not.toHaveProperty('secure');
    const [none] = (await person.send('POST', '/connections/live?site=cross', {})).setCookies;
    expect(none).toMatchObject({ name: 'alpaca.sid', sameSite: 'none', partitioned: true, secure: true });
    expect(await person.connected()).toEqual(['paper', 'live']);
  });

  it('is refused with advice about TRUST_PROXY when the server does not see https', async () => {
    const { visitor } = await startConnectionApp();
    const person = visitor();
    const answer = await person.send('POST', '/connections/paper', {});
    expect(answer).toMatchObject({ status: 500, setCookies: [], body: { code: 'config_invalid' } });
    expect(answer.body).toMatchObject({ message: expect.stringContaining('TRUST_PROXY') });
  });

  it('is not served at all from a plain-http host that is not loopback', () => {
    const sealer = new Sealer([randomBytes(32)]);
    const records = new RecordStore({ backend: new MemoryBackend(), sealer });
    const publicUrl = new URL('http://connect.example.com');
    const options = {
      rulesOf: () => ALL_RULES,
      records,
      secrets: sealer.signingSecrets(),
      publicUrl,
      idle: 1,
      absolute: 1,
    };
    expect(() => new ConnectionSessions(options)).toThrow(/https/);
  });

  it('signed with an older secret of the ring is accepted, with a dropped one not', async () => {
    const [newKey, oldKey] = [randomBytes(32), randomBytes(32)];
    const backend = new MemoryBackend();
    const before = await startConnectionApp({ backend, sealer: new Sealer([oldKey]) });
    const person = before.visitor();
    await person.send('POST', '/connections/paper');
    const rotated = (await startConnectionApp({ backend, sealer: new Sealer([newKey, oldKey]) })).visitor();
    rotated.cookie = person.cookie;
    expect(await rotated.connected()).toEqual(['paper']);
    expect(await rotated.connected('/open')).toEqual(['paper']);
    const dropped = (await startConnectionApp({ backend, sealer: new Sealer([newKey]) })).visitor();
    dropped.cookie = person.cookie;
    expect(await dropped.connected()).toEqual([]);
    expect(await dropped.connected('/open')).toEqual([]);
  });
});

describe('ConnectionSessions.establish()', () => {
  it('keeps the other environment of the old session, and replaces the same one', async () => {
    const { visitor } = await startConnectionApp();
    const person = visitor();
    const first = await person.send('POST', '/connections/paper');
    await person.send('POST', '/connections/live');
    const third = await person.send('POST', '/connections/paper');
    expect(await person.connected()).toEqual(['live', 'paper']);
    expect(await person.connected('/open')).toEqual(['live', 'paper']);
    const [oldPaper] = first.body as { id: string }[];
    expect(third.body).not.toContainEqual(expect.objectContaining({ id: oldPaper?.id }));
  });

  it('answers 503 and sets no cookie when the session cannot be stored', async () => {
    const { visitor, backend } = await startConnectionApp();
    const person = visitor();
    await person.send('POST', '/connections/live');
    const { cookie } = person;
    const create = backend.create.bind(backend);
    backend.create = async () => {
      throw new Error('disk full');
    };
    expect(await person.send('POST', '/connections/paper')).toMatchObject({ ...unavailable, setCookies: [] });
    backend.create = create;
    expect(person.cookie).toBe(cookie);
    expect(await person.connected()).toEqual(['live']);
  });
});

describe('ConnectionSessions.disconnect()', () => {
  it('forgets one connection, and keeps session and cookie for the other', async () => {
    const { visitor } = await startConnectionApp();
    const person = visitor();
    await person.send('POST', '/connections/paper');
    await person.send('POST', '/connections/live');
    const answer = await person.send('DELETE', '/connections/paper');
    expect(answer).toMatchObject({ setCookies: [], body: { removed: [{ environment: 'paper' }] } });
    expect(answer.body).toMatchObject({ left: [{ environment: 'live' }] });
    expect(await person.connected()).toEqual(['live']);
  });

  it.each([
    ['https://connect.example.com', 'same'],
    ['https://connect.example.com', 'cross'],
    ['http://localhost:3000', 'same'],
    ['http://localhost:3000', 'cross'],
  ])(
    'with the last one clears the cookie of %s, %s site, with identical attributes',
    async (publicUrl, site) => {
      const { visitor } = await startConnectionApp({ publicUrl });
      const person = visitor();
      const [set] = (await person.send('POST', `/connections/paper?site=${site}`)).setCookies;
      const [cleared, ...more] = (await person.send('DELETE', '/connections/paper')).setCookies;
      expect(set).toBeDefined();
      expect(cleared).toEqual({ ...set, value: '', maxAge: 0, expires: new Date(0) });
      expect(more).toEqual([]);
    },
  );

  it('with the last one ends the session, so that a copy of the cookie is worth nothing', async () => {
    const { visitor } = await startConnectionApp();
    const person = visitor();
    await person.send('POST', '/connections/paper');
    const copy = visitor();
    copy.cookie = person.cookie;
    expect(await copy.connected('/open')).toEqual(['paper']);
    await person.send('DELETE', '/connections/paper');
    expect(await copy.connected()).toEqual([]);
    expect(await copy.connected('/open')).toEqual([]);
  });

  it('is idempotent, also for somebody who never connected', async () => {
    const { visitor } = await startConnectionApp();
    const person = visitor();
    const nothing = { status: 200, setCookies: [], body: { removed: [], left: [] } };
    expect(await person.send('DELETE', '/connections/paper')).toEqual(nothing);
    await person.send('POST', '/connections/live');
    const { cookie } = person;
    expect(await person.send('DELETE', '/connections/paper')).toMatchObject({ body: { removed: [] } });
    expect(await person.connected()).toEqual(['live']);
    await person.send('DELETE', '/connections/live');
    person.cookie = cookie;
    expect(await person.send('DELETE', '/connections/live')).toEqual(nothing);
  });
});

describe('ConnectionSessions.connections()', () => {
  it('says so when the middleware is missing in front of a route', async () => {
    const { sessions } = await startConnectionApp();
    expect(() => sessions.connections(bareRequest() as Request)).toThrow(/middleware/);
  });
});

describe('ConnectionSessions with a store that fails', () => {
  it('answers 503 to whoever has a cookie, and never "nobody is connected"', async () => {
    const { visitor, backend } = await startConnectionApp();
    const person = visitor();
    await person.send('POST', '/connections/paper');
    backend.get = async () => {
      throw Object.assign(new Error('gone'), { code: 'ENOENT' });
    };
    for (const path of ['/connections', '/open'])
      expect(await person.send('GET', path)).toMatchObject(unavailable);
    expect(await person.send('DELETE', '/connections/paper')).toMatchObject(unavailable);
    expect(await person.send('POST', '/connections/live')).toMatchObject(unavailable);
  });

  it('answers 503 when the store hangs', async () => {
    const sealer = new Sealer([randomBytes(32)]);
    const { visitor } = await startConnectionApp({ backend: stalledBackend(), sealer, deadline: 20 });
    const person = visitor();
    const signed = sign('any id', sealer.signingSecrets()[0] ?? '');
    person.cookie = `__Host-alpaca.sid=${encodeURIComponent(`s:${signed}`)}`;
    for (const path of ['/connections', '/open'])
      expect(await person.send('GET', path)).toMatchObject(unavailable);
  });

  it('answers 503 where express-session reads no session at all', async () => {
    const { base } = await startConnectionApp();
    const request = httpRequest(base, { method: 'OPTIONS', path: '*' }).end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(503);
  });

  it('still finishes an answer when only the touch at its end fails', async () => {
    const { visitor, backend } = await startConnectionApp();
    const person = visitor();
    await person.send('POST', '/connections/paper');
    await person.connected();
    const get = backend.get.bind(backend);
    let reads = 0;
    backend.get = async (key) => {
      reads += 1;
      if (reads > 1) throw new Error('gone');
      return get(key);
    };
    expect(await person.connected()).toEqual(['paper']);
    expect(reads).toBe(2);
  });
});

describe('ConnectionSessions.open()', () => {
  it('needs nothing of Express', async () => {
    const { visitor, sessions } = await startConnectionApp();
    const person = visitor();
    await person.send('POST', '/connections/paper');
    expect((await sessions.open(bareRequest(person.cookie)))?.connections).toMatchObject([
      { environment: 'paper' },
    ]);
    expect(await sessions.open(bareRequest())).toBeUndefined();
    expect(await sessions.open(bareRequest('__Host-alpaca.sid=s:forged.signature'))).toBeUndefined();
  });

  it('writes nothing once the session was seen', async () => {
    const { visitor, backend } = await startConnectionApp();
    const person = visitor();
    await person.send('POST', '/connections/paper');
    // The first sight of a new session ends the old one.
    await person.connected();
    const refuse = async () => {
      throw new Error('open() wrote.');
    };
    Object.assign(backend, { create: refuse, put: refuse, replace: refuse, remove: refuse });
    expect(await person.connected('/open')).toEqual(['paper']);
  });

  it('touch() and markRevoked() change what was opened', async () => {
    const { visitor, sessions } = await startConnectionApp();
    const person = visitor();
    await person.send('POST', '/connections/paper');
    const open = await sessions.open(bareRequest(person.cookie));
    if (open === undefined) throw new Error('There is no session.');
    await sessions.touch(open);
    await sessions.markRevoked(open, open.connections[0]?.id ?? '');
    const { body } = await person.send('GET', '/connections');
    expect(body).toMatchObject([{ accessToken: '', revokedAt: expect.stringMatching(/^\d{4}-.*Z$/) }]);
  });
});

// Somebody plants their own cookie in the victim's browser and waits: when the victim connects, the planted id must not
// become the name of the victim's session.
describe('session fixation', () => {
  it('a cookie from before connecting is worth nothing afterwards', async () => {
    const { visitor } = await startConnectionApp();
    const attacker = visitor();
    await attacker.send('POST', '/connections/paper');
    const victim = visitor();
    victim.cookie = attacker.cookie;
    await victim.send('POST', '/connections/live');
    expect(victim.cookie).not.toBe(attacker.cookie);
    expect(await victim.connected()).toContain('live');
    expect(await attacker.connected()).toEqual([]);
    expect(await attacker.connected('/open')).toEqual([]);
  });
});

// The person logs out in one tab while a request of another tab is still being answered. When express-session finishes
// that answer, it must not save the session back.
describe('logout during a request', () => {
  it('does not bring the session back when the request ends', async () => {
    let openGate: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      openGate = resolve;
    });
    const { visitor } = await startConnectionApp({ gate });
    const person = visitor();
    await person.send('POST', '/connections/paper');
    const copy = visitor();
    copy.cookie = person.cookie;
    const slow = copy.send('GET', '/slow');
    await person.send('DELETE', '/connections/paper');
    openGate();
    expect(await slow).toMatchObject({ status: 200, setCookies: [] });
    expect(await copy.connected('/open')).toEqual([]);
  });
});

// Parsers that trim, unquote or understand RFC 2965 let a subdomain plant a cookie that counts as `__Host-…` although no
// browser applied the prefix's rules to it. The proxy's reading of the cookie must accept nothing of the kind, and
// nothing that express-session would refuse.
describe('cookie tricks', () => {
  it('open() accepts the cookie among others, and nothing that only looks like it', async () => {
    const { visitor, sessions } = await startConnectionApp();
    const person = visitor();
    await person.send('POST', '/connections/paper');
    const good = person.cookie;
    const value = good.slice(good.indexOf('=') + 1);
    const accepted = [good, `a=b; ${good}`, `${good}; a=b`, `${good}; __Host-alpaca.sid=tossed`];
    const refused = [
      `\u00e2\u0080\u0080${good}`, // the bytes of U+2000, as Node reads a header
      `\u00a0${good}`,
      `\u0085${good}`,
      `$Version=1,${good}`,
      `$Version="1"; $${good}`,
      good.toLowerCase(),
      good.replace('__Host-', ''),
      good.replace('__Host-', '__Secure-'),
      `__Host-alpaca.sid=tossed; ${good}`,
      `a="; ${good}`.replace('; ', ''),
      `__Host-alpaca.sid==${value}`,
      `__Host-alpaca.sid=${value.slice(0, -1)}`,
      `__Host-alpaca.sid=${value.replace('s%3A', '')}`,
      `__Host-alpaca.sid=${value.replace('s%3A', 'j%3A')}`,
      '__Host-alpaca.sid=s%3A',
      '__Host-alpaca.sid=%',
      '__proto__=s%3Ax',
    ];
    for (const header of accepted) expect(await sessions.open(bareRequest(header)), header).toBeDefined();
    for (const header of refused) expect(await sessions.open(bareRequest(header)), header).toBeUndefined();
    for (const header of [...accepted, ...refused]) {
      const trickster = visitor();
      trickster.cookie = header;
      const seen = await trickster.connected();
      expect(seen, header).toEqual(accepted.includes(header) ? ['paper'] : []);
    }
  });
});

describe('ConnectionSessions inside an app with a session of its own', () => {
  it('keeps both sessions apart, and access tokens out of the other store', async () => {
    const store = new MemoryStore();
    const { visitor, base } = await startConnectionApp({
      around: (app) => {
        app.use(expressSession({ secret: 'theirs', store, resave: false, saveUninitialized: false }));
        app.use((request, _response, next) => {
          Object.assign(request.session, { theirs: 'value' });
          next();
        });
      },
    });
    const response = await fetch(`${base}/connections/paper`, { method: 'POST', headers: https });
    const names = response.headers.getSetCookie().map((cookie) => cookie.slice(0, cookie.indexOf('=')));
    expect(names.sort()).toEqual(['__Host-alpaca.sid', 'connect.sid']);
    const person = visitor();
    person.cookie = response.headers
      .getSetCookie()
      .map((cookie) => cookie.slice(0, cookie.indexOf(';')))
      .join('; ');
    expect(await person.connected()).toEqual(['paper']);
    const theirs = await new Promise((resolve) => store.all?.((_error, sessions) => resolve(sessions)));
    expect(JSON.stringify(theirs)).toContain('"theirs":"value"');
    expect(JSON.stringify(theirs)).not.toMatch(/token|paper/);
  });
});
