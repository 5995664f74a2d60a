import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operations } from '../../../server/operations.ts';
import { compileOperations } from '../../../server/proxy/match-operation.ts';

const match = compileOperations(operations, []);
const id = '0d1f2a3b-4c5d-6e7f-8091-a2b3c4d5e6f7';

/** A value that is right for each name in braces. */
const examples: Readonly<Record<string, string>> = {
  activity_type: 'FILL',
  id,
  loc: 'us-1',
  locate_id: id,
  market: 'NYSE',
  market_type: 'stocks',
  order_id: id,
  symbol: 'BRK.B',
  symbol_or_asset_id: 'BTC%2FUSD',
  symbol_or_contract_id: 'AAPL260116C00200000',
  symbol_or_id: id,
  ticktype: 'trade',
  tokenization_request_id: id,
  transfer_id: id,
  underlying_symbol: 'AAPL',
  watchlist_id: id,
  whitelisted_address_id: id,
};

describe('compileOperations()', () => {
  it.each(operations.map((row) => ({ row, name: row.slice(0, 3).join(' ') })))('finds $name', ({ row }) => {
    const [api, method, path, scope, ...more] = row;
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => examples[name] ?? '?');
    const closed = scope === 'undocumented';
    const events = more.includes('events');
    const headers = more.filter((name) => name !== 'events');
    expect(match(api, method, filled)).toEqual({ api, path, scope, events, headers, closed });
  });

  it('prefers a literal segment to a parameter', () => {
    expect(match('trading', 'GET', '/v1/locates/quotes')).toMatchObject({ path: '/v1/locates/quotes' });
    expect(match('data', 'GET', '/v2/stocks/quotes/latest')).toMatchObject({
      path: '/v2/stocks/quotes/latest',
    });
    expect(match('data', 'GET', '/v2/stocks/META/quotes')).toMatchObject({
      path: '/v2/stocks/{symbol}/quotes',
    });
  });

  it('falls back from a literal to a parameter that leads on', () => {
    expect(match('data', 'GET', '/v2/stocks/bars/quotes')).toMatchObject({
      path: '/v2/stocks/{symbol}/quotes',
    });
  });

  it('lets HEAD go where GET goes', () => {
    expect(match('trading', 'HEAD', '/v2/account')).toMatchObject({ path: '/v2/account' });
  });

  it('names the methods of a path that takes others', () => {
    expect(match('trading', 'PUT', '/v2/orders')).toEqual({ allow: 'DELETE, GET, HEAD, POST' });
    expect(match('trading', 'POST', '/v2/account')).toEqual({ allow: 'GET, HEAD' });
  });

  it('offers no closed operation in Allow', () => {
    expect(match('trading', 'PUT', '/v1/locates')).toEqual({ allow: 'GET, HEAD' });
    expect(match('trading', 'GET', '/v2/tokenization/mint')).toBeUndefined();
  });

  it('opens an operation of undocumented scope that was named', () => {
    const opened = compileOperations(operations, ['POST /v1/locates']);
    expect(opened('trading', 'POST', '/v1/locates')).toMatchObject({ closed: false });
    expect(opened('trading', 'PUT', '/v1/locates')).toEqual({ allow: 'GET, HEAD, POST' });
    expect(opened('trading', 'POST', '/v2/wallets/transfers')).toMatchObject({ closed: true });
  });

  it.each(['POST /v1/locate', 'post /v1/locates', '/v1/locates', '*', ''])('refuses %j in allow', (name) => {
    expect(() => compileOperations(operations, [name])).toThrow(/Write them as "POST \/v1\/locates"/);
  });

  it('refuses a path parameter that has no pattern', () => {
    expect(() => compileOperations([['data', 'GET', '/v1/{planet}', 'none']], [])).toThrow(
      /\{planet\} has no pattern/,
    );
  });

  it.each([
    ['data', '/v2/account'],
    ['trading', '/v2/stocks/bars'],
    ['trading', ''],
    ['trading', '/'],
    ['trading', '/v2'],
    ['trading', '/v2/account/'],
    ['trading', '/v2/Account'],
    ['trading', '/v2/account/configurations/x'],
    ['trading', '/v2/orders/1'],
    ['trading', `/v2/orders/${id}0`],
    ['trading', `/v2/orders/${id}%2F${id}`],
    ['trading', '/v2/orders:by_name'],
    ['trading', '/v2/positions/...'],
    ['trading', '/v2/positions/.'],
    ['trading', '/v2/positions/@evil.com'],
    ['trading', '/v2/positions/A%2FB%2FC'],
    ['trading', '/v2/positions/{symbol_or_asset_id}'],
    ['trading', '/__proto__'],
    ['trading', '/v2/__proto__'],
    ['trading', '/constructor'],
    ['trading', '/v2/toString'],
    ['trading', '/hasOwnProperty'],
    ['trading', '/v2/accounts'],
    ['trading', '/oauth/token'],
    ['data', '/v2/stocks/meta/conditions/orders'],
    ['data', '/v1beta3/crypto/eu/us/bars'],
  ] as const)('knows no %s %s', (api, path) => {
    expect(match(api, 'GET', path)).toBeUndefined();
  });

  it('misses methods that are names of Object.prototype', () => {
    expect(match('trading', '__proto__', '/v2/account')).toEqual({ allow: 'GET, HEAD' });
    expect(match('trading', 'constructor', '/v2/account')).toEqual({ allow: 'GET, HEAD' });
  });

  it('finds only paths that its template describes', () => {
    const segment = fc.constantFrom(
      'v1',
      'v2',
      'account',
      'orders',
      'positions',
      'AAPL',
      id,
      '..',
      '',
      'A%2FB',
      'x y',
    );
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 5 }), (segments) => {
        const found = match('trading', 'GET', `/${segments.join('/')}`);
        if (found === undefined || 'allow' in found) return;
        const template = found.path.split('/').slice(1);
        expect(segments).toHaveLength(template.length);
        for (const [index, part] of template.entries()) {
          if (part.startsWith('{')) expect(segments[index]).toMatch(/^[\w.-]+(%2F\w+)?$/);
          else expect(segments[index]).toBe(part);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
