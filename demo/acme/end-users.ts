import type { BrokerUser } from '../../server/broker/index.ts';
import { SIMULATOR_END_USER_ACCOUNTS } from '../simulator/index.ts';

/** An account that Alpaca has not approved yet, so that the consent page has one to say no to. */
const PENDING = '910000022';

/** Acme's two customers, with the accounts that the simulated Broker API has for them. */
export const END_USERS: readonly (BrokerUser & { fullName: string })[] = [
  { id: 'maya', name: 'maya@acme.example', fullName: 'Maya Okafor', accounts: accountsOf('maya') },
  { id: 'jonas', name: 'jonas@acme.example', fullName: 'Jonas Weber', accounts: accountsOf('jonas') },
];

function accountsOf(user: string): BrokerUser['accounts'] {
  return SIMULATOR_END_USER_ACCOUNTS.filter(({ endUser }) => endUser === user).map(
    ({ id, number, name }) => ({
      id,
      number,
      label: name,
      status: number === PENDING ? 'APPROVAL_PENDING' : 'ACTIVE',
      tradable: number !== PENDING,
    }),
  );
}
