import { expect, it } from 'vitest';
import { Rebalancer } from '../../demo/rebalancer.ts';
import { type HostApp, openHostApp, signedIn, signedInUser } from '../server/host-app.ts';
import type { Visitor } from '../visitor.ts';

/** An app whose user ada let it act while she is away, with its rebalancer. */
async function openApp(): Promise<{ app: HostApp; ada: Visitor; rebalancer: Rebalancer }> {
  const app = await openHostApp({ getUser: signedInUser, environment: { AWAY_DAYS: '30' } });
  const ada = await signedIn(app, 'ada');
  await ada.connect({ away: 30 });
  const rebalancer = new Rebalancer(() => app.router.connectionsOfUser('ada'));
  return { app, ada, rebalancer };
}

function ordersAt({ simulator }: HostApp): number {
  return simulator.control.requests.filter(
    ({ method, path }) => method === 'POST' && path === '/paper/v2/orders',
  ).length;
}

/** The share of the account that is in the fund. */
async function shareOf(app: HostApp): Promise<number> {
  const [account] = await app.router.connectionsOfUser('ada');
  const get = async (path: string) => {
    const headers = { Authorization: `Bearer ${account?.accessToken}` };
    return (await (await fetch(`${account?.tradingUrl}${path}`, { headers })).json()) as Record<
      string,
      string
    >;
  };
  const [{ equity }, { market_value: held = '0' }] = await Promise.all([
    get('/v2/account'),
    get('/v2/positions/SPY'),
  ]);
  return Number(held) / Number(equity);
}

it('brings a quarter into the fund while nobody is there, and then leaves it', async () => {
  const { app, ada, rebalancer } = await openApp();
  await using _ = app;
  // The browser is gone, and its session with it.
  ada.cookies.clear();
  await rebalancer.run();
  await expect.poll(() => shareOf(app), { timeout: 10_000 }).toBeCloseTo(0.25, 1);
  await rebalancer.run();
  expect(ordersAt(app)).toBe(1);
  expect(rebalancer.entries).toEqual([
    { at: expect.any(String), account: '••ESK1', text: expect.stringMatching(/^(?:Bought|Sold) \d+ SPY: /) },
  ]);
});

it('does nothing while its last order works, and sends none twice in a minute', async () => {
  const { app, rebalancer } = await openApp();
  await using _ = app;
  app.simulator.control.fillsHeld = true;
  await rebalancer.run();
  await rebalancer.run();
  expect(ordersAt(app)).toBe(1);
});

it('stops when the person ends it, and when they take the permission back at Alpaca', async () => {
  const { app, ada, rebalancer } = await openApp();
  await using _ = app;
  app.simulator.control.revoke();
  await rebalancer.run();
  expect(rebalancer.entries[0]?.text).toBe('It did not work: the permission has ended.');
  expect(await app.router.connectionsOfUser('ada')).toEqual([]);

  await ada.connect({ away: 30 });
  const [allowed] = await app.router.connectionsOfUser('ada');
  await ada.call(`/away/${allowed?.connection.id}`, { method: 'DELETE' });
  await rebalancer.run();
  expect(ordersAt(app)).toBe(0);
});
