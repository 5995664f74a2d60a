import { describe, expect, it } from 'vitest';
import type { Connection, ConnectionsAnswer } from '../../server/contract.ts';
import { connectionsIn, KnownConnections, restingState } from '../../widget/known-connections.ts';

const account = { id: 'a', number: 'PA1', status: 'ACTIVE', currency: 'USD', tradingBlocked: false };
const paper: Connection = {
  id: 'paper',
  provider: 'alpaca',
  environment: 'paper',
  account,
  scope: '',
  connectedAt: '2026-08-01T00:00:00Z',
};
const live: Connection = { ...paper, id: 'live', environment: 'live' };
const revoked: Connection = { ...paper, revokedAt: '2026-08-02T00:00:00Z' };
const answer: ConnectionsAnswer = {
  app: 'Demo App',
  environments: ['paper', 'live'],
  scopes: [],
  disclosure: null,
  appUrl: null,
  returnPages: [],
  providers: [],
  connectionsPerSession: 8,
  awayDays: 0,
  away: [],
  connections: [paper, live],
};

describe('connectionsIn()', () => {
  it('holds those of the provider and the environment, or of both environments', () => {
    const foreign = { ...live, provider: 'acme' };
    expect(connectionsIn([paper, live, foreign], 'live', 'alpaca')).toEqual([live]);
    expect(connectionsIn([paper, live, foreign], 'both', 'alpaca')).toEqual([paper, live]);
    expect(connectionsIn([paper, live, foreign], 'both', 'acme')).toEqual([foreign]);
  });
});

describe('restingState()', () => {
  it.each([
    ['idle', []],
    ['connected', [paper]],
    ['expired', [revoked]],
    ['connected', [revoked, live]],
  ] as const)('is %s', (state, connections) => {
    expect(restingState(connections)).toBe(state);
  });
});

describe('KnownConnections', () => {
  const known = () => {
    const made = new KnownConnections(() => {});
    made.answer = answer;
    return made;
  };

  it('holds what the server said', () => {
    expect(known().connections).toEqual([paper, live]);
    expect(new KnownConnections(() => {}).connections).toEqual([]);
  });

  it('leaves the others when some were disconnected', () => {
    const left = known();
    left.remove([paper]);
    expect(left.connections).toEqual([live]);
    expect(left.answer).toBe(answer);
  });

  it('puts a new connection in the place of that of its environment, also before the server said anything', () => {
    const replaced = known();
    replaced.add(revoked, false);
    expect(replaced.connections).toEqual([live, revoked]);
    const first = new KnownConnections(() => {});
    first.add(paper, false);
    expect(first.connections).toEqual([paper]);
    expect(first.answer).toBeUndefined();
  });

  it('keeps others of its environment where that was asked for, but not the same account twice', () => {
    const second = { ...paper, id: 'second', account: { ...account, id: 'b' } };
    const both = known();
    both.add(second, true);
    expect(both.connections).toEqual([paper, live, second]);
    const again = { ...paper, id: 'again' };
    both.add(again, true);
    expect(both.connections).toEqual([live, second, again]);
  });

  it('leaves those of another provider alone', () => {
    const acme = { ...paper, id: 'acme', provider: 'acme' };
    const both = known();
    both.add(acme, false);
    expect(both.connections).toEqual([paper, live, acme]);
  });
});
