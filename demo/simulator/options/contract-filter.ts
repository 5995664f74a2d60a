import type { Request } from 'express';
import { queryNumber, queryText } from '../api/query.ts';
import type { OptionContract } from './option-contract.ts';

/** Which contracts the request asks for with the parameters that the option chain and the list of contracts share. */
export function contractFilter(request: Request): (contract: OptionContract) => boolean {
  const type = queryText(request, 'type');
  const root = queryText(request, 'root_symbol');
  const on = queryText(request, 'expiration_date');
  const from = queryText(request, 'expiration_date_gte') ?? on;
  const to = queryText(request, 'expiration_date_lte') ?? on;
  const above = queryNumber(request, 'strike_price_gte') ?? 0;
  const below = queryNumber(request, 'strike_price_lte') ?? Number.POSITIVE_INFINITY;
  return (contract) =>
    contract.type === (type ?? contract.type) &&
    contract.underlying.symbol === (root ?? contract.underlying.symbol) &&
    contract.expiration >= (from ?? contract.expiration) &&
    contract.expiration <= (to ?? contract.expiration) &&
    contract.strike >= above &&
    contract.strike <= below;
}
