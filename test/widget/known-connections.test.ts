import { describe, expect, it } from 'vitest';
import type { Connection, ConnectionsAnswer } from '../../server/contract.ts';
import { connectionsIn, restingState, withoutConnections } from '../../widget/known-connections.ts';

const account = { id: 'a', number: 'PA1', status: 'ACTIVE', currency: 'USD', tradingBlocked: false };
const paper: Connection = { environment: 'paper', account, scope: '', connectedAt: '2026-08-01T00:00:00Z' };
const live: Connection = { ...paper, environment: 'live' };
const revoked: Connection = { ...paper, revokedAt: '2026-08-02T00:00:00Z' };
const answer: ConnectionsAnswer = {
  app: 'Demo App',
  environments: ['paper', 'live'],
  scopes: [],
  disclosure: null,
  appUrl: null,
  returnPages: [],
  connections: [paper, live],
};

describe('connectionsIn()', () => {
  it('holds those of the environment, or all', () => {
    expect(connectionsIn(answer, 'live')).toEqual([live]);
    expect(connectionsIn(answer, 'both')).toEqual([paper, live]);
    expect(connectionsIn(undefined, 'both')).toEqual([]);
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

describe('withoutConnections()', () => {
  it('leaves the others', () => {
    expect(withoutConnections(answer, ['paper']).connections).toEqual([live]);
  });
});
