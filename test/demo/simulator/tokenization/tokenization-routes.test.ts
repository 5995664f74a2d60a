import { expect, it } from 'vitest';
import { startSimulator } from '../../../../demo/simulator/index.ts';
import { callerOf } from '../caller.ts';

const MINT = {
  underlying_symbol: 'KO',
  qty: '2.5',
  issuer: 'xstocks',
  network: 'solana',
  wallet_address: 'a-wallet',
  client_request_id: 'mine/1',
};

it('tokenizationRoutes() keeps what is asked for, findable by both ids', async () => {
  await using simulator = await startSimulator();
  const call = callerOf(simulator);
  const made = await call('POST /paper/v2/tokenization/mint', MINT);
  expect(made).toMatchObject({ status: 200, body: { ...MINT, status: 'pending', token_symbol: 'KOx' } });
  const { tokenization_request_id: id } = made.body as { tokenization_request_id: string };
  expect((await call(`GET /paper/v2/tokenization/requests/${id}`)).body).toEqual(made.body);
  const byClientId = '/paper/v2/tokenization/requests:by_client_request_id?client_request_id=';
  expect((await call(`GET ${byClientId}mine%2F1`)).body).toEqual(made.body);
  expect((await call(`GET ${byClientId}other`)).status).toBe(404);
  const requests = '/paper/v2/tokenization/requests';
  expect((await call(`GET ${requests}?status=pending&network=solana`)).body).toEqual([made.body]);
  expect((await call(`GET ${requests}`)).body).toMatchObject([
    { status: 'pending' },
    { status: 'completed' },
  ]);
  expect((await call(`GET ${requests}?before=2020-01-01`)).body).toEqual([]);
  expect(
    (await call('POST /paper/v2/tokenization/mint', { ...MINT, underlying_symbol: 'NOPE' })).status,
  ).toBe(422);
  expect((await call('POST /paper/v2/tokenization/mint', { ...MINT, qty: 'all' })).status).toBe(422);
});
