import { describe, expect, it } from 'vitest';
import { Visitor } from '../visitor.ts';
import { openHostApp } from './host-app.ts';

describe('alpacaConnect()', () => {
  it('runs the whole flow inside an app that has sessions and body parsers of its own', async () => {
    await using app = await openHostApp();
    const visitor = new Visitor(app);
    expect((await visitor.connect()).status).toBe(201);
    const order = { symbol: 'AAPL', qty: '1', side: 'buy', type: 'market', time_in_force: 'day' };
    const placed = await visitor.call('/paper/v2/orders', { method: 'POST', body: order });
    expect(placed.status).toBe(200);
    expect(await placed.json()).toMatchObject({ symbol: 'AAPL' });

    expect(await (await visitor.visit(`${app.url}/own`)).json()).toEqual({ own: true });
    expect(app.sessions.join()).not.toMatch(/accessToken|connections/);
    expect((await visitor.call('/connections/paper', { method: 'DELETE' })).status).toBe(204);
    expect((await visitor.call('/paper/v2/account')).status).toBe(401);
  });

  it('judges the path that the client sent, not the one that Express rewrote', async () => {
    await using app = await openHostApp();
    const visitor = new Visitor(app);
    await visitor.connect();
    const before = app.simulator.control.requests.length;
    for (const path of [
      '//evil.example/x',
      '/paper//v2/account',
      '/paper/v2/%2e%2e/account',
      '/paper/v2/nothing',
    ]) {
      expect([400, 404]).toContain((await visitor.call(path)).status);
    }
    expect(app.simulator.control.requests).toHaveLength(before);
  });
});

it('alpacaConnect() says where to mount it when it is mounted elsewhere', async () => {
  await using app = await openHostApp({ path: '/broker' });
  const answer = await fetch(`${app.url}/broker/connections`);
  expect(answer.status).toBe(500);
  expect(await answer.json()).toMatchObject({
    code: 'config_invalid',
    message: expect.stringContaining("app.use('/alpaca'"),
  });
});
