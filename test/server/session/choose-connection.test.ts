import { describe, expect, it } from 'vitest';
import type { Api } from '../../../server/contract.ts';
import type { OperationScope } from '../../../server/operations.ts';
import { chooseConnection } from '../../../server/session/choose-connection.ts';
import type { StoredConnection } from '../../../server/stored-connection.ts';
import { connectionOf } from '../proxy/proxy-harness.ts';

const revokedAt = '2026-08-02T00:00:00.000Z';

function choose(connections: StoredConnection[], api: Api, scope: OperationScope = 'none', named?: string) {
  return chooseConnection(connections, { api, scope, named });
}

function refusal(status: number, code: string, message: RegExp = /./) {
  return expect.objectContaining({ status, code, message: expect.stringMatching(message) });
}

describe('chooseConnection()', () => {
  it('uses the connection of the environment and never the other one', () => {
    const paper = connectionOf('paper');
    const live = connectionOf('live');
    expect(choose([paper, live], 'live', 'trading')).toBe(live);
    expect(choose([live, paper], 'paper', 'trading')).toBe(paper);
    expect(() => choose([paper], 'live')).toThrow(/No live account is connected/);
  });

  it('uses the one that is named, and no other', () => {
    const first = connectionOf('paper', { id: 'first' });
    const second = connectionOf('paper', { id: 'second' });
    expect(choose([first, second], 'paper', 'trading', 'second')).toBe(second);
    expect(choose([first, second], 'paper', 'trading', 'first')).toBe(first);
  });

  it.each([
    ['foreign', 'somebody-else'],
    ['of another environment', 'live'],
    ['empty', ''],
    ['sent twice', 'paper, paper'],
    ['written in another case', 'PAPER'],
  ])('takes an id that is %s for no connection, also when there is only one', (_what, named) => {
    const connections = [connectionOf('paper', { id: 'paper' }), connectionOf('live', { id: 'live' })];
    const seen = () => choose(connections, 'paper', 'none', named);
    expect(seen).toThrow(refusal(401, 'not_connected', /^X-Alpaca-Connection names no paper account/));
    expect(seen).not.toThrow(named || 'names an account');
  });

  it('guesses nothing where several could be meant, whether they could be used or not', () => {
    const usable = connectionOf('paper', { id: 'usable' });
    const ambiguous = refusal(409, 'connection_ambiguous', /X-Alpaca-Connection/);
    expect(() => choose([usable, connectionOf('paper', { id: 'second' })], 'paper')).toThrow(ambiguous);
    const revoked = connectionOf('paper', { id: 'revoked', revokedAt, accessToken: '' });
    expect(() => choose([revoked, usable], 'paper')).toThrow(ambiguous);
    const narrow = connectionOf('paper', { id: 'narrow', scope: '' });
    expect(() => choose([narrow, usable], 'paper', 'trading')).toThrow(ambiguous);
    expect(choose([narrow, usable], 'paper', 'trading', 'usable')).toBe(usable);
  });

  it('reads market data with the paper token first, else with any that covers it', () => {
    const live = connectionOf('live');
    const paper = connectionOf('paper');
    const narrow = connectionOf('paper', { scope: 'trading' });
    expect(choose([live, paper], 'data', 'data')).toBe(paper);
    expect(choose([live, narrow], 'data', 'data')).toBe(live);
    expect(choose([live, narrow], 'data')).toBe(narrow);
    expect(choose([live, narrow, paper], 'data', 'data')).toBe(paper);
  });

  it('reads market data with the one that is named', () => {
    const live = connectionOf('live', { id: 'live' });
    const narrow = connectionOf('paper', { id: 'narrow', scope: 'trading' });
    expect(choose([connectionOf('paper'), live], 'data', 'data', 'live')).toBe(live);
    expect(() => choose([live, narrow], 'data', 'data', 'narrow')).toThrow(
      refusal(403, 'insufficient_scope'),
    );
    expect(() => choose([live], 'data', 'data', 'other')).toThrow(refusal(401, 'not_connected'));
  });

  it('says of a revoked connection that it has ended, and reads market data with another', () => {
    const revoked = connectionOf('paper', { id: 'revoked', revokedAt, accessToken: '' });
    const other = connectionOf('paper', { id: 'other' });
    expect(() => choose([revoked], 'paper')).toThrow(refusal(401, 'connection_revoked'));
    expect(() => choose([revoked], 'data')).toThrow(refusal(401, 'connection_revoked'));
    expect(() => choose([revoked, other], 'paper', 'none', 'revoked')).toThrow(
      refusal(401, 'connection_revoked'),
    );
    expect(choose([revoked, other], 'data')).toBe(other);
  });

  it.each([
    ['', 'trading'],
    ['data account:write', 'trading'],
    ['trading:write', 'trading'],
    ['trading', 'account:write'],
    ['trading', 'data'],
  ] as const)('refuses the granted scope %j for %s and names what is missing', (granted, scope) => {
    expect(() => choose([connectionOf('paper', { scope: granted })], 'paper', scope)).toThrow(
      refusal(403, 'insufficient_scope', new RegExp(`"${scope}"`)),
    );
  });

  it('leaves an undocumented scope to Alpaca', () => {
    const readOnly = connectionOf('paper', { scope: '' });
    expect(choose([readOnly], 'paper', 'undocumented')).toBe(readOnly);
  });
});
