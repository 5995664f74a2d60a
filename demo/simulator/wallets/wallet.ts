import { badRequest } from '../api/api-error.ts';
import { DAY } from '../market/trading-day.ts';
import { stableUuid } from '../stable-uuid.ts';
import type { Account } from '../trading/account.ts';

/** Which coin goes over which chain. */
const CHAINS = new Map([
  ['BTC', 'BTC'],
  ['ETH', 'ETH'],
  ['SOL', 'SOL'],
  ['USDC', 'ETH'],
]);

/** The coins that there are wallets for. */
export const COINS: readonly string[] = [...CHAINS.keys()];

/** An address that coins may be sent to. */
export interface WhitelistedAddress {
  id: string;
  asset: string;
  chain: string;
  address: string;
  /** ISO 8601. */
  created_at: string;
}

/** @throws ApiError 400 for a coin without a wallet */
export function chainOf(asset: string): string {
  const chain = CHAINS.get(asset);
  if (chain === undefined) throw badRequest(`invalid asset: one of ${COINS.join(', ')}`);
  return chain;
}

/** The wallet as `GET /v2/wallets` writes it. */
export function walletAnswer(account: Account, asset: string) {
  return { chain: chainOf(asset), address: addressOf(asset, account.number), created_at: account.openedAt };
}

/** The address as `GET /v2/wallets/whitelists` writes it: at Alpaca a new one has to wait for a day. */
export function addressAnswer(known: WhitelistedAddress) {
  const waited = Date.now() - Date.parse(known.created_at) > DAY;
  return { ...known, status: waited ? 'APPROVED' : 'PENDING' };
}

/** The address that every account begins with. */
export function openingAddress({ number, openedAt }: Account): WhitelistedAddress {
  const id = stableUuid(`address ${number}`);
  return {
    id,
    asset: 'ETH',
    chain: chainOf('ETH'),
    address: addressOf('ETH', 'elsewhere'),
    created_at: openedAt,
  };
}

/** The coins that every account begins with, as `GET /v2/wallets/transfers` writes them. */
export function openingTransfer({ number, openedAt }: Account) {
  return {
    id: stableUuid(`transfer ${number}`),
    asset: 'ETH',
    chain: chainOf('ETH'),
    direction: 'INCOMING',
    status: 'COMPLETE',
    amount: '0.05',
    usd_value: '160',
    network_fee: '0',
    fees: '0',
    from_address: addressOf('ETH', 'elsewhere'),
    to_address: addressOf('ETH', number),
    tx_hash: `simulated-${stableUuid(`transaction ${number}`)}`,
    created_at: openedAt,
  };
}

/** An address of no chain: nobody shall send coins to a simulator. */
function addressOf(asset: string, owner: string): string {
  return `simulated-${chainOf(asset).toLowerCase()}-${stableUuid(`wallet ${asset} ${owner}`)}`;
}
