import { randomUUID } from 'node:crypto';
import { type Request, Router } from 'express';
import { z } from 'zod';
import { notFound, unprocessable } from '../api/api-error.ts';
import { accountOf } from '../api/bearer.ts';
import { perAccount } from '../api/per-account.ts';
import { queryText, queryTime } from '../api/query.ts';
import { findAsset } from '../market/assets.ts';
import { stableUuid } from '../stable-uuid.ts';
import type { Account } from '../trading/account.ts';

const MintBody = z.object({
  underlying_symbol: z.string(),
  qty: z.string().regex(/^\d+(\.\d+)?$/),
  issuer: z.enum(['xstocks', 'st0x']),
  network: z.enum(['solana', 'arbitrum', 'ethereum', 'binance', 'base', 'ton', 'tron', 'mantle']),
  wallet_address: z.string().min(1),
  client_request_id: z.string().optional(),
});
type Mint = z.output<typeof MintBody>;

/** `/v2/tokenization`: shares turned into tokens. Each account begins with a request that was fulfilled. */
export function tokenizationRoutes(): Router {
  const router = Router();
  const requestsOf = perAccount((account) => [openingRequest(account)]);

  router.get('/requests', (request, response) => {
    response.json(requestsOf(accountOf(response)).filter(requestFilter(request)).reverse());
  });
  router.get('/requests/:id', (request, response) => {
    const { id } = request.params;
    const found = requestsOf(accountOf(response)).find((made) => made.tokenization_request_id === id);
    if (found === undefined) throw notFound('tokenization request not found');
    response.json(found);
  });
  // The colon is part of Alpaca's path; for the router it would begin a parameter.
  router.get('/requests\\:by_client_request_id', (request, response) => {
    const id = queryText(request, 'client_request_id');
    const found = requestsOf(accountOf(response)).find((made) => made.client_request_id === id);
    if (found === undefined) throw notFound('tokenization request not found');
    response.json(found);
  });
  router.post('/mint', (request, response) => {
    const account = accountOf(response);
    const made = mintRequest(account, randomUUID(), readMint(request.body), new Date().toISOString());
    requestsOf(account).push(made);
    response.json(made);
  });
  return router;
}

function readMint(body: unknown): Mint {
  const mint = MintBody.safeParse(body);
  if (!mint.success) throw unprocessable(z.prettifyError(mint.error));
  if (findAsset(mint.data.underlying_symbol)?.class !== 'us_equity') throw unprocessable('invalid symbol');
  return mint.data;
}

function mintRequest(account: Account, id: string, mint: Mint, createdAt: string) {
  return {
    ...mint,
    tokenization_request_id: id,
    client_request_id: mint.client_request_id ?? id,
    client_account_id: account.id,
    created_at: createdAt,
    updated_at: createdAt,
    type: 'mint',
    status: 'pending',
    token_symbol: `${mint.underlying_symbol}x`,
    issuer_request_id: null,
    fees: '0',
    tx_hash: null,
  };
}

function openingRequest(account: Account) {
  const mint: Mint = {
    underlying_symbol: 'AAPL',
    qty: '1',
    issuer: 'xstocks',
    network: 'solana',
    wallet_address: 'simulated-wallet',
  };
  const id = stableUuid(`tokenization ${account.number}`);
  return { ...mintRequest(account, id, mint, account.openedAt), status: 'completed' };
}

function requestFilter(request: Request): (made: ReturnType<typeof mintRequest>) => boolean {
  const after = queryTime(request, 'after') ?? Number.NEGATIVE_INFINITY;
  const before = queryTime(request, 'before') ?? Number.POSITIVE_INFINITY;
  const wanted = (['type', 'status', 'underlying_symbol', 'issuer', 'network'] as const).map(
    (field) => [field, queryText(request, field)] as const,
  );
  return (made) => {
    const time = Date.parse(made.created_at);
    const fits = wanted.every(([field, value]) => value === undefined || made[field] === value);
    return fits && time >= after && time <= before;
  };
}
