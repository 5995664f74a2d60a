import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { type Caller, callerOf, numberOf } from '../caller.ts';

let simulator: Simulator;
let call: Caller;
beforeAll(async () => {
  simulator = await startSimulator();
  call = callerOf(simulator);
});
afterAll(() => simulator.close());

describe('walletRoutes()', () => {
  it('answers one wallet for a coin, and a list without one', async () => {
    const one = await call('GET /paper/v2/wallets?asset=BTC');
    expect(one.body).toMatchObject({ chain: 'BTC' });
    expect((await call('GET /paper/v2/wallets')).body).toContainEqual(one.body);
    expect((await call('GET /paper/v2/wallets?asset=DOGE')).status).toBe(400);
  });

  it('takes a new address once, lets it wait, and forgets it when told', async () => {
    const address = { asset: 'ETH', address: '0x0123456789abcdef' };
    const added = await call('POST /paper/v2/wallets/whitelists', address);
    expect(added).toMatchObject({ status: 200, body: { ...address, chain: 'ETH', status: 'PENDING' } });
    expect((await call('POST /paper/v2/wallets/whitelists', address)).status).toBe(422);
    const { id } = added.body as { id: string };
    const known = async () => (await call('GET /paper/v2/wallets/whitelists')).body;
    expect(await known()).toMatchObject([{ status: 'APPROVED' }, { id }]);
    expect((await call(`DELETE /paper/v2/wallets/whitelists/${id}`)).status).toBe(200);
    expect((await call(`DELETE /paper/v2/wallets/whitelists/${id}`)).status).toBe(404);
    expect(await known()).toHaveLength(1);
  });

  it('keeps the addresses of accounts apart', async () => {
    const other = callerOf(simulator, { accountNumbers: [numberOf('live')] });
    const mine = (await call('GET /paper/v2/wallets/transfers')).body as { id: string }[];
    const theirs = (await other('GET /live/v2/wallets/transfers')).body as { id: string }[];
    expect(theirs[0]?.id).not.toBe(mine[0]?.id);
    expect((await other(`GET /live/v2/wallets/transfers/${mine[0]?.id}`)).status).toBe(404);
  });

  it('sends nothing away', async () => {
    const withdrawal = { asset: 'ETH', amount: '1', address: '0x0123456789abcdef' };
    const answer = await call('POST /paper/v2/wallets/transfers', withdrawal);
    expect(answer).toMatchObject({ status: 403, body: { code: 40310000 } });
  });

  it.each(['', 'asset=ETH', 'asset=ETH&amount=-1', 'asset=ETH&amount=lots', 'asset=DOGE&amount=1'])(
    'answers 400 to an estimate of "%s"',
    async (query) => {
      expect((await call(`GET /paper/v2/wallets/fees/estimate?${query}`)).status).toBe(400);
    },
  );

  it.each([undefined, {}, { asset: 'ETH' }, { asset: 'ETH', address: 'x' }, []])(
    'refuses to whitelist %j',
    async (body) => {
      expect((await call('POST /paper/v2/wallets/whitelists', body)).status).toBe(422);
    },
  );
});
