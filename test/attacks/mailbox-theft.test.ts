import { expect, it } from 'vitest';
import { openStage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

/*
 * The name of a mailbox is no secret: it can be seen by whoever sees the attempt's messages. Somebody who knows it must
 * neither collect the grant that lies there nor make it vanish before its owner comes, and nobody may fill it with a
 * grant of another attempt.
 */
it('GET /mailbox/:attempt gives the grant only to whoever proves the attempt', async () => {
  await using stage = await openStage();
  const owner = new Visitor(stage);
  const { attempt, grant, codeVerifier } = await owner.obtainGrant();
  const deposit = { method: 'POST', body: { grant } };
  expect((await owner.call(`/mailbox/${attempt}`, deposit)).status).toBe(204);

  const collect = (visitor: Visitor, verifier: string) =>
    visitor.call(`/mailbox/${attempt}`, { headers: { 'X-Alpaca-Connect-Verifier': verifier } });
  expect((await collect(new Visitor(stage), Visitor.proofKey().codeVerifier)).status).toBe(403);
  expect((await collect(new Visitor(stage), '')).status).toBe(400);
  expect((await collect(new Visitor(stage, { origin: stage.foreignUrl }), codeVerifier)).status).toBe(403);

  expect(await (await collect(owner, codeVerifier)).json()).toEqual({ grant });
});

it('POST /mailbox/:attempt accepts only a grant of that attempt, from our own callback page', async () => {
  await using stage = await openStage();
  const visitor = new Visitor(stage);
  const { grant } = await visitor.obtainGrant();
  const { attempt } = await visitor.obtainGrant();

  expect((await visitor.call(`/mailbox/${attempt}`, { method: 'POST', body: { grant } })).status).toBe(400);
  const foreign = new Visitor(stage, { origin: stage.foreignUrl });
  expect((await foreign.call(`/mailbox/${attempt}`, { method: 'POST', body: { grant } })).status).toBe(403);
});
