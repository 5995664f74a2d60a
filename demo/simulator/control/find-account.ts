import { badRequest, notFound } from '../api/api-error.ts';
import type { Account } from '../trading/account.ts';

/** The account with this number. @throws ApiError 400 that lists the numbers there are */
export function accountNumbered(accounts: readonly Account[], number: string): Account {
  const account = accounts.find((known) => known.number === number);
  if (account !== undefined) return account;
  const numbers = accounts.map((known) => known.number).join(', ');
  throw badRequest(`the simulator has no account ${number}; it has ${numbers}`);
}

/** The account that has this order. @throws ApiError 404 */
export function accountOfOrder(accounts: readonly Account[], orderId: string): Account {
  const account = accounts.find(({ orders }) => orders.some(({ id }) => id === orderId));
  if (account === undefined) throw notFound(`order not found for ${orderId}`);
  return account;
}
