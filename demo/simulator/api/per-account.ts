import type { Account } from '../trading/account.ts';

/** A list for each account that lives as long as the simulator does, and begins with what `open` says. */
export function perAccount<Item>(open: (account: Account) => Item[]): (account: Account) => Item[] {
  const lists = new Map<string, Item[]>();
  return function listOf(account) {
    const list = lists.get(account.id) ?? open(account);
    lists.set(account.id, list);
    return list;
  };
}
