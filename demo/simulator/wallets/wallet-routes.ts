import { randomUUID } from 'node:crypto';
import { Router } from 'express';
import { z } from 'zod';
import { ApiError, badRequest, notFound, unprocessable } from '../api/api-error.ts';
import { accountOf } from '../api/bearer.ts';
import { decimal } from '../api/decimal.ts';
import { perAccount } from '../api/per-account.ts';
import { queryNumber, queryText } from '../api/query.ts';
import {
  addressAnswer,
  COINS,
  chainOf,
  openingAddress,
  openingTransfer,
  type WhitelistedAddress,
  walletAnswer,
} from './wallet.ts';

/** In the coin that is sent. */
const NETWORK_FEE = decimal(0.0005, 9);

const AddressBody = z.object({ asset: z.string(), address: z.string().min(8).max(128) });

/** `/v2/wallets`: wallets of coins, what went in and out of them, and the addresses that coins may be sent to. */
export function walletRoutes(): Router {
  const router = Router();
  const transfersOf = perAccount((account) => [openingTransfer(account)]);
  const addressesOf = perAccount((account) => [openingAddress(account)]);

  router.get('/', (request, response) => {
    const account = accountOf(response);
    const asset = queryText(request, 'asset');
    const wallets = (asset === undefined ? COINS : [asset]).map((coin) => walletAnswer(account, coin));
    response.json(asset === undefined ? wallets : wallets[0]);
  });
  router.get('/fees/estimate', (request, response) => {
    chainOf(queryText(request, 'asset') ?? '');
    if ((queryNumber(request, 'amount') ?? 0) <= 0) throw badRequest('invalid amount: must be > 0');
    response.json({ fee: NETWORK_FEE, network_fee: NETWORK_FEE });
  });
  router.get('/transfers', (_request, response) => {
    response.json(transfersOf(accountOf(response)));
  });
  router.post('/transfers', () => {
    // What an account hears that is not enabled for withdrawals. None here is.
    throw new ApiError(403, 40310000, 'account is not allowed to withdraw crypto');
  });
  router.get('/transfers/:id', (request, response) => {
    const transfer = transfersOf(accountOf(response)).find(({ id }) => id === request.params.id);
    if (transfer === undefined) throw notFound('transfer not found');
    response.json(transfer);
  });
  router.get('/whitelists', (_request, response) => {
    response.json(addressesOf(accountOf(response)).map(addressAnswer));
  });
  router.post('/whitelists', (request, response) => {
    const made = newAddress(request.body);
    const known = addressesOf(accountOf(response));
    if (known.some(({ chain, address }) => chain === made.chain && address === made.address))
      throw unprocessable('address is already whitelisted');
    known.push(made);
    response.json(addressAnswer(made));
  });
  router.delete('/whitelists/:id', (request, response) => {
    const known = addressesOf(accountOf(response));
    const index = known.findIndex(({ id }) => id === request.params.id);
    if (index < 0) throw notFound('whitelisted address not found');
    known.splice(index, 1);
    response.status(200).end();
  });
  return router;
}

function newAddress(body: unknown): WhitelistedAddress {
  const read = AddressBody.safeParse(body);
  if (!read.success) throw unprocessable(z.prettifyError(read.error));
  const { asset, address } = read.data;
  return { id: randomUUID(), asset, chain: chainOf(asset), address, created_at: new Date().toISOString() };
}
