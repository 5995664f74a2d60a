import { describe, expect, it } from 'vitest';
import {
  assertSessionCookieWorks,
  sessionCookieAttributes,
  sessionCookieName,
} from '../../../server/session/cookie.ts';

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
