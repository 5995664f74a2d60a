import { describe, expect, it } from 'vitest';
import { plainHeader, responseHeaders } from '../../../server/proxy/upstream-answer.ts';

const cors = { Vary: 'Origin, Sec-Fetch-Site', 'Access-Control-Allow-Origin': 'https://shop.example' };

describe('responseHeaders()', () => {
  it('relays what is on the list, under our names, and adds its own', () => {
    const upstream = {
      'content-type': 'application/json',
      'content-length': '12',
      'content-encoding': 'gzip',
      'retry-after': '3',
      'x-ratelimit-limit': '200',
      'x-ratelimit-remaining': '199',
      'x-ratelimit-reset': '1790000000',
      'x-request-id': 'alpaca-1',
    };
    expect(responseHeaders(upstream, 'ours', cors)).toEqual({
      ...cors,
      'Cache-Control': 'no-store',
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Cross-Origin-Resource-Policy': 'same-origin',
      'X-Content-Type-Options': 'nosniff',
      'Content-Type': 'application/json',
      'Content-Length': '12',
      'Content-Encoding': 'gzip',
      'Retry-After': '3',
      'X-RateLimit-Limit': '200',
      'X-RateLimit-Remaining': '199',
      'X-RateLimit-Reset': '1790000000',
      'X-Upstream-Request-ID': 'alpaca-1',
      'X-Request-ID': 'ours',
    });
  });

  it.each([
    ['set-cookie', ['a=b']],
    ['access-control-allow-origin', '*'],
    ['strict-transport-security', 'max-age=1'],
    ['content-security-policy', 'default-src *'],
    ['clear-site-data', '"*"'],
    ['alt-svc', 'h3=":443"'],
    ['link', '</x>; rel=preload'],
    ['server', 'x'],
    ['location', 'https://evil.example'],
    ['connection', 'close'],
    ['cache-control', 'public'],
    ['refresh', '0; url=https://evil.example'],
    ['__proto__', 'x'],
  ])('drops %s', (name, value) => {
    expect(responseHeaders(Object.fromEntries([[name, value]]), 'ours', cors)).toEqual(
      responseHeaders({}, 'ours', cors),
    );
  });

  it.each(['br', 'gzip, gzip', 'x', '', ['gzip', 'gzip']])('refuses Content-Encoding %j', (encoding) => {
    const upstream = { 'content-encoding': encoding } as Record<string, string>;
    expect(() => responseHeaders(upstream, 'ours', cors)).toThrow(
      expect.objectContaining({ status: 502, code: 'upstream_invalid' }),
    );
  });
});

describe('plainHeader()', () => {
  it.each(['a\u0000b', 'a\r\nb', 'é', '\u2028', 'x'.repeat(1025)])('drops the value %j', (value) => {
    expect(plainHeader({ 'x-request-id': value }, 'x-request-id')).toBeUndefined();
  });

  it('drops a repeated header', () => {
    expect(plainHeader({ 'x-request-id': ['a', 'b'] } as never, 'x-request-id')).toBeUndefined();
  });
});
