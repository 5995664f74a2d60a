import { expect, it } from 'vitest';
import { openStage } from '../../stage.ts';
import { Visitor } from '../../visitor.ts';

/*
 * Somebody plants their own session cookie in the victim's browser and waits until the victim connects: the planted id then
 * names the victim's session (oauth2-proxy GHSA-f24x-5g9q-753f, passport CVE-2022-25896, @fastify/passport CVE-2023-29019).
 */
it('a session cookie that was planted before connecting opens nothing afterwards', async () => {
  await using stage = await openStage();
  const attacker = new Visitor(stage);
  await attacker.connect({ environment: 'paper' });
  const planted = attacker.cookies.get('alpaca.sid') ?? '';

  const victim = new Visitor(stage);
  victim.cookies.set('alpaca.sid', planted);
  expect((await victim.connect({ environment: 'live' })).status).toBe(201);

  expect(victim.cookies.get('alpaca.sid')).not.toBe(planted);
  expect((await victim.call('/live/v2/account')).status).toBe(200);
  expect((await attacker.call('/live/v2/account')).status).toBe(401);
  expect(await (await attacker.call('/connections')).json()).toMatchObject({ connections: [] });
});
