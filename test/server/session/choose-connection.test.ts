import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../server/contract.ts';
import { chooseConnection } from '../../../server/session/choose-connection.ts';
import { connectionOf } from '../proxy/proxy-harness.ts';

const both: readonly Environment[] = ['paper', 'live'];
const revokedAt = '2026-08-02T00:00:00.000Z';

describe('chooseConnection()', () => {
  it('uses the connection of the environment and never the other one', () => {
    const paper = connectionOf('paper');
    const live = connectionOf('live');
    expect(chooseConnection([paper, live], 'live', both, 'trading')).toBe(live);
    expect(chooseConnection([live, paper], 'paper', both, 'trading')).toBe(paper);
    expect(() => chooseConnection([paper], 'live', both, 'none')).toThrow(/No live account is connected/);
  });

  it('reads market data with the paper token first, else with any that covers it', () => {
    const live = connectionOf('live');
    const paper = connectionOf('paper');
    const narrow = connectionOf('paper', { scope: 'trading' });
    expect(chooseConnection([live, paper], 'data', both, 'data')).toBe(paper);
    expect(chooseConnection([live, narrow], 'data', both, 'data')).toBe(live);
    expect(chooseConnection([live, narrow], 'data', both, 'none')).toBe(narrow);
  });

  it('uses no live token for market data where the server offers paper only', () => {
    expect(() => chooseConnection([connectionOf('live')], 'data', ['paper'], 'data')).toThrow(
      /No Alpaca account/,
    );
  });

  it('passes over a revoked connection and says so when there is no other', () => {
    const revoked = connectionOf('paper', { revokedAt, accessToken: '' });
    const other = connectionOf('paper', { id: 'second' });
    expect(chooseConnection([revoked, other], 'paper', both, 'none')).toBe(other);
    expect(() => chooseConnection([revoked], 'paper', both, 'none')).toThrow(
      expect.objectContaining({ status: 401, code: 'connection_revoked' }),
    );
  });

  it.each([
    ['', 'trading'],
    ['data account:write', 'trading'],
    ['trading:write', 'trading'],
    ['trading', 'account:write'],
    ['trading', 'data'],
  ] as const)('refuses the granted scope %j for %s and names what is missing', (granted, scope) => {
    expect(() => chooseConnection([connectionOf('paper', { scope: granted })], 'paper', both, scope)).toThrow(
      expect.objectContaining({
        status: 403,
        code: 'insufficient_scope',
        message: expect.stringContaining(`"${scope}"`),
      }),
    );
  });

  it('leaves an undocumented scope to Alpaca', () => {
    const readOnly = connectionOf('paper', { scope: '' });
    expect(chooseConnection([readOnly], 'paper', both, 'undocumented')).toBe(readOnly);
  });
});
