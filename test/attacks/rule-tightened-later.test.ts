import { expect, it } from 'vitest';
import { findProvider } from '../../server/providers.ts';
import { openStage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

/*
 * An account was connected while the owner allowed it, and the owner has since taken live trading, or a permission, back.
 * A session that keeps the old rights would go on trading with them until it expires.
 */
it('a connection is used under the rules of today, not under those of the day it was made', async () => {
  await using stage = await openStage();
  const alpaca = findProvider(stage.service.configuration.providers);
  const visitor = new Visitor(stage);
  await visitor.connect({ environment: 'both' });
  expect((await visitor.call('/live/v2/account')).status).toBe(200);
  const before = stage.simulator.control.requests.length;

  alpaca.live = 'developer';
  const live = await visitor.call('/live/v2/account');
  expect(live.status).toBe(403);
  expect(await live.json()).toMatchObject({ code: 'live_not_allowed' });

  alpaca.scopes = ['data'];
  const order = await visitor.call('/paper/v2/orders', { method: 'POST', body: { symbol: 'AAPL' } });
  expect(order.status).toBe(403);
  expect(await order.json()).toMatchObject({ code: 'insufficient_scope' });
  expect(stage.simulator.control.requests).toHaveLength(before);
  expect((await visitor.call('/paper/v2/account')).status).toBe(200);
});
