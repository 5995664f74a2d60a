import type { CurrentRules } from '../../../server/trading-rules.ts';

/** Nothing is refused. */
export const ALL_RULES: CurrentRules = {
  environments: ['paper', 'live'],
  live: 'approved',
  developerAccounts: [],
  scopes: ['account:write', 'trading', 'data'],
};
