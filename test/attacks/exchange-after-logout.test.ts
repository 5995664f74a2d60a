import { expect, it } from 'vitest';
import { openStage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

/*
 * A grant was on its way when the person disconnected, and is posted afterwards. It must not bring back what was
 * disconnected: the session that ended stays ended, and the new one holds what was just consented to and nothing else.
 */
it('a grant that is exchanged after a logout opens a new session and does not bring the old one back', async () => {
  await using stage = await openStage();
  const visitor = new Visitor(stage);
  await visitor.connect({ environment: 'paper' });
  const { grant, codeVerifier } = await visitor.obtainGrant({ environment: 'live' });
  const copy = new Visitor(stage);
  copy.cookies.set('alpaca.sid', visitor.cookies.get('alpaca.sid') ?? '');

  expect((await visitor.call('/connections/paper', { method: 'DELETE' })).status).toBe(204);
  visitor.cookies.set('alpaca.sid', copy.cookies.get('alpaca.sid') ?? '');
  expect((await visitor.exchange(grant, codeVerifier)).status).toBe(201);

  expect(await (await visitor.call('/connections')).json()).toMatchObject({
    connections: [{ environment: 'live' }],
  });
  expect((await visitor.call('/paper/v2/account')).status).toBe(401);
  expect((await copy.call('/live/v2/account')).status).toBe(401);
});

/*
 * Both happen at once. Whichever comes first, nothing that was disconnected is left, and no token without a session.
 */
it('a logout and an exchange at the same moment leave no paper connection behind', async () => {
  await using stage = await openStage();
  for (let round = 0; round < 10; round += 1) {
    const visitor = new Visitor(stage);
    await visitor.connect({ environment: 'paper' });
    const { grant, codeVerifier } = await visitor.obtainGrant({ environment: 'live' });
    const [, exchanged] = await Promise.all([
      visitor.call('/connections/paper', { method: 'DELETE' }),
      visitor.exchange(grant, codeVerifier),
    ]);
    expect(exchanged.status).toBe(201);
    visitor.cookies.set(
      'alpaca.sid',
      /alpaca\.sid=([^;]+)/.exec(exchanged.headers.get('set-cookie') ?? '')?.[1] ?? '',
    );
    expect((await visitor.call('/paper/v2/account')).status).toBe(401);
    expect((await visitor.call('/live/v2/account')).status).toBe(200);
  }
});
