import { describe, expect, it } from 'vitest';
import { operations } from '../../../server/operations.ts';

const names = operations.map(([api, method, path]) => `${api} ${method} ${path}`);

function named(scope: string): string[] {
  return operations.filter((row) => row[3] === scope).map(([, method, path]) => `${method} ${path}`);
}

describe('operations', () => {
  it('hold every operation of the two APIs once', () => {
    expect(names.filter((name) => name.startsWith('trading '))).toHaveLength(57);
    expect(names.filter((name) => name.startsWith('data '))).toHaveLength(42);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(operations)('%s %s %s has a well-formed path', (_api, _method, path) => {
    expect(path).toMatch(/^\/v\d(?:beta\d)?(?:\/(?:[a-z-]+(?:_[a-z]+)*(?::by_[a-z_]+)?|\{[a-z_]+\}))+$/);
  });

  it('keep closed what moves money, borrows shares or mints', () => {
    expect(named('undocumented').sort()).toEqual([
      'DELETE /v2/wallets/whitelists/{whitelisted_address_id}',
      'POST /v1/locates',
      'POST /v2/tokenization/mint',
      'POST /v2/wallets/transfers',
      'POST /v2/wallets/whitelists',
    ]);
  });

  it('want a scope for everything that is not a GET', () => {
    const unscoped = operations.filter(([, method, , scope]) => method !== 'GET' && scope === 'none');
    expect(unscoped).toEqual([]);
    expect(named('trading')).toHaveLength(8);
    expect(named('account:write')).toHaveLength(9);
  });

  it('let pass the headers that Alpaca documents, where it does', () => {
    const rows = operations.flatMap(([, method, path, , ...more]) =>
      more.filter((name) => name !== 'events').map((name) => `${method} ${path} ${name}`),
    );
    expect(rows).toEqual([
      'POST /v1/locates Idempotency-Key',
      'POST /v2/tokenization/mint Idempotency-Key',
      'GET /v1beta1/events/corporate-actions Last-Event-ID',
    ]);
  });

  it('mark the event streams, and only them', () => {
    const events = operations.filter((row) => row.includes('events')).map((row) => row[2]);
    expect(events).toEqual(['/v2beta1/events/activities', '/v1beta1/events/corporate-actions']);
    expect(operations.filter(([, , path]) => path.includes('/events/'))).toHaveLength(2);
  });
});
