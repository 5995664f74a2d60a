import { type Request, Router } from 'express';
import { ApiError, notFound, unprocessable } from '../api/api-error.ts';
import { requireScope } from '../api/bearer.ts';
import { decimal } from '../api/decimal.ts';
import { pageOf } from '../api/page-token.ts';
import { queryList, queryText } from '../api/query.ts';
import type { PriceWalk } from '../market/price-walk.ts';
import { DAY, dateOf, startOfDay } from '../market/trading-day.ts';
import { CORE_CLOSE } from '../market/trading-hours.ts';
import { stableUuid } from '../stable-uuid.ts';
import { contractFilter } from './contract-filter.ts';
import { findContract, isOptionSymbol, listContracts, type OptionContract } from './option-contract.ts';
import { optionPrice } from './option-prices.ts';

const CONTRACTS = { fallback: 100, max: 10_000 };

/** Option contracts on the trading host, and the two instructions about options that one holds. */
export function contractRoutes(prices: PriceWalk): Router {
  const router = Router();
  router.get('/v2/options/contracts', (request, response) => {
    const now = Date.now();
    const { items, nextPageToken } = pageOf(request, asked(request, now), ({ symbol }) => symbol, CONTRACTS);
    const answers = items.map((contract) => contractAnswer(contract, prices, now));
    response.json({ option_contracts: answers, next_page_token: nextPageToken });
  });
  router.get('/v2/options/contracts/:symbolOrId', (request, response) => {
    const now = Date.now();
    const { symbolOrId } = request.params;
    const contract =
      findContract(symbolOrId, now) ?? listContracts(now).find((it) => idOf(it) === symbolOrId);
    if (contract === undefined) throw notFound(`option contract not found for ${symbolOrId}`);
    response.json(contractAnswer(contract, prices, now));
  });
  router.post(
    ['/v2/positions/:contract/exercise', '/v2/positions/:contract/do-not-exercise'],
    requireScope('trading'),
    (request) => {
      if (!isOptionSymbol(String(request.params['contract']))) throw unprocessable('invalid symbol');
      // No account here may trade options, so none holds one.
      throw new ApiError(403, 40310000, 'no available position for the specified contract');
    },
  );
  return router;
}

function asked(request: Request, now: number): OptionContract[] {
  const underlyings = queryList(request, 'underlying_symbols');
  const listed = (queryText(request, 'status') ?? 'active') === 'active' ? listContracts(now) : [];
  const wanted = contractFilter(request);
  return listed.filter(
    (contract) => (underlyings?.includes(contract.underlying.symbol) ?? true) && wanted(contract),
  );
}

function idOf({ symbol }: OptionContract): string {
  return stableUuid(`option ${symbol}`);
}

function contractAnswer(contract: OptionContract, prices: PriceWalk, now: number) {
  const { symbol, underlying, type, strike, expiration } = contract;
  const lastClose = startOfDay(startOfDay(now) - DAY / 2) + CORE_CLOSE;
  return {
    id: idOf(contract),
    symbol,
    name: `${underlying.symbol} ${expiration} ${decimal(strike)} ${type === 'call' ? 'Call' : 'Put'}`,
    status: 'active',
    tradable: true,
    expiration_date: expiration,
    root_symbol: underlying.symbol,
    underlying_symbol: underlying.symbol,
    underlying_asset_id: underlying.id,
    type,
    style: 'american',
    strike_price: decimal(strike),
    multiplier: '100',
    size: '100',
    open_interest: '250',
    open_interest_date: dateOf(lastClose),
    close_price: decimal(optionPrice(contract, prices.at(underlying, lastClose), lastClose)),
    close_price_date: dateOf(lastClose),
  };
}
