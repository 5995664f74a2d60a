import { describe, expect, it } from 'vitest';
import { publicConnection } from '../../server/stored-connection.ts';
import { exampleConnection } from './session/example-connection.ts';

describe('publicConnection()', () => {
  it('says that an account cannot trade', () => {
    const { account } = exampleConnection();
    for (const tradingBlocked of [true, false]) {
      const stored = exampleConnection({ account: { ...account, tradingBlocked } });
      expect(publicConnection(stored).account.tradingBlocked).toBe(tradingBlocked);
    }
  });

  it('reads a record of before accounts said whether they can trade: as one that can', () => {
    const stored = exampleConnection();
    const { tradingBlocked: _, ...account } = stored.account;
    const older = JSON.parse(JSON.stringify({ ...stored, account }));
    expect(publicConnection(older).account).toEqual({ ...account, tradingBlocked: false });
  });

  it('shows no field that is not listed, neither of the connection nor of its account', () => {
    const renewal = { family: 'f', generation: 0, refreshToken: 'secret', since: 0 };
    const stored = { ...exampleConnection(), user: 'ada', renewal, destinations: 'd' };
    const account = { ...stored.account, secret: 'secret' };
    expect(Object.keys(publicConnection({ ...stored, account })).sort()).toEqual([
      'account',
      'connectedAt',
      'environment',
      'id',
      'provider',
      'scope',
    ]);
    expect(publicConnection({ ...stored, account }).account).toEqual(stored.account);
  });
});
