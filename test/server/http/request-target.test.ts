// An attacker writes a path that the guard reads as harmless and a later parser resolves to another resource: `..` in an
// encoding, a second host after `//` or `\`, a fragment, a null byte. One rule over the raw bytes refuses them all.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PublicError } from '../../../server/http/errors.ts';
import { parseRequestTarget } from '../../../server/http/request-target.ts';
import { hostilePaths, hostileQueries } from './hostile-targets.ts';

function refusal(raw: string): unknown {
  try {
    parseRequestTarget(raw);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('parseRequestTarget()', () => {
  it.each([
    ['/alpaca/paper/v2/account', ''],
    ['/alpaca/paper/v2/orders:by_client_order_id', '?client_order_id=a%2Fb'],
    ['/alpaca/paper/v2/positions/BTC%2FUSD', ''],
    ['/alpaca/paper/v2/positions/btc%2fusd', ''],
    ['/alpaca/data/v1beta3/crypto/us/bars', '?symbols=BTC%2FUSD,ETH/USD&start=2026-01-01T00:00:00Z'],
    ['/alpaca/data/v2/stocks/BRK.B/bars', '?a[]=1&a[]=2&__proto__[x]=1'],
    ['/alpaca/data/v2/stocks/bars', '?page_token=abc%3D%3D&q=a+b%20c&name=%C3%A9'],
    ['/...', ''],
    ['/a', '?'],
    ['/a', '?b?c'],
  ])('passes %s%s byte for byte', (path, query) => {
    expect(parseRequestTarget(path + query)).toEqual({ path, query });
  });

  it.each(hostilePaths('/alpaca'))('refuses the path %j', (raw) => {
    expect(refusal(raw)).toMatchObject({ status: 400, code: 'bad_path' });
  });

  it.each(hostileQueries)('refuses the query %j', (query) => {
    expect(refusal(`/alpaca/paper/v2/account${query}`)).toMatchObject({ status: 400, code: 'bad_path' });
  });

  it('accepts 2 KiB of path and 8 KiB of query, and not one character more', () => {
    const path = `/${'a'.repeat(2047)}`;
    const query = `?${'b'.repeat(8191)}`;
    expect(parseRequestTarget(path + query)).toEqual({ path, query });
    expect(refusal(`${path}a`)).toBeInstanceOf(PublicError);
    expect(refusal(`${path}${query}b`)).toBeInstanceOf(PublicError);
  });

  it('never repeats what the client sent', () => {
    expect((refusal('/x?access_token=s3cret') as PublicError).message).not.toContain('s3cret');
  });

  it('passes every path of plain segments unchanged', () => {
    const segment = fc.stringMatching(/^[A-Za-z0-9:_@-][A-Za-z0-9:._@-]{0,12}$/);
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 8 }), (segments) => {
        const path = `/${segments.join('/')}`;
        expect(parseRequestTarget(path)).toEqual({ path, query: '' });
      }),
    );
  });

  it('passes nothing that a URL parser would read as another host, path or query', () => {
    const piece = fc.constantFrom(
      ...[
        '/',
        '//',
        '.',
        '..',
        '%2e',
        '%2E',
        '%2f',
        '%2F',
        '%5c',
        '\\',
        ';',
        '%00',
        '%',
        '%25',
        '#',
        '?',
        '@',
      ],
      ...[
        ':',
        'evil.com',
        'v2',
        'account',
        '\t',
        ' ',
        '\u0000',
        '\u007f',
        'é',
        '．',
        '%C0%AE',
        '&',
        '=',
        'token',
        '+',
      ],
    );
    let passed = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
        const raw = `/${pieces.join('')}`;
        if (refusal(raw) !== undefined) return;
        passed += 1;
        const { path, query } = parseRequestTarget(raw);
        const url = new URL(`https://api.alpaca.example${path}${query}`);
        expect(path + query).toBe(raw);
        expect([url.host, url.pathname, url.hash]).toEqual(['api.alpaca.example', path, '']);
        expect(decodeURIComponent(path).split('/').slice(1)).not.toContain('');
        expect(decodeURIComponent(path)).not.toMatch(/\/\.\.?(\/|$)/);
      }),
      { numRuns: 5000 },
    );
    expect(passed).toBeGreaterThan(100);
  });

  it('answers any string at all with a target or with bad_path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (raw) => {
        const error = refusal(raw);
        expect(error === undefined || (error instanceof PublicError && error.code === 'bad_path')).toBe(true);
      }),
    );
  });
});
