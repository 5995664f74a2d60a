import { describe, expect, it } from 'vitest';
import { operationFinder } from '../../../server/proxy/match-operation.ts';

const find = operationFinder(['paper'], []);

describe('operationFinder()', () => {
  it('finds an operation of the trading API below paper and live, and of the data API below data', () => {
    const both = operationFinder(['paper', 'live'], []);
    expect(both('paper', 'GET', '/v2/account')).toBe(both('live', 'GET', '/v2/account'));
    expect(both('data', 'GET', '/v2/stocks/AAPL/bars')).toMatchObject({
      path: '/v2/stocks/{symbol}/bars',
      scope: 'data',
    });
  });

  it.each(['TRACE', 'QUERY', 'OPTIONS', 'get', '', '__proto__'])(
    'refuses the method %j before it looks at the path',
    (method) => {
      expect(() => find('paper', method, '/nothing')).toThrow(
        expect.objectContaining({ status: 405, headers: { Allow: 'GET, HEAD, POST, PUT, PATCH, DELETE' } }),
      );
    },
  );

  it.each([
    ['live', 'GET', '/v2/account', 404, 'ALPACA_ENVIRONMENTS'],
    ['paper', 'GET', '/v2/nothing', 404, 'API reference'],
    ['paper', 'POST', '/v1/locates', 404, 'ALPACA_ALLOW'],
    ['paper', 'POST', '/v2/account', 405, 'GET, HEAD'],
  ] as const)('refuses %s %s %s with %i and says what helps', (api, method, path, status, words) => {
    expect(() => find(api, method, path)).toThrow(
      expect.objectContaining({ status, message: expect.stringContaining(words) }),
    );
  });

  it('opens at set-up only what the table knows', () => {
    expect(() => operationFinder(['paper'], ['POST /v9/locates'])).toThrow(TypeError);
  });
});
