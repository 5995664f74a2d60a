import { expect, it } from 'vitest';
import { openGrant, sealGrant } from '../../server/connect/grant.ts';
import { openStage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

/*
 * A grant is found later, in a log of the browser or a crash dump, together with its verifier. Two minutes after the
 * callback it must not open anything.
 */
it('POST /connections refuses a grant that has expired', async () => {
  await using stage = await openStage();
  const { sealer } = stage.service;
  const visitor = new Visitor(stage);
  const { grant, codeVerifier } = await visitor.obtainGrant();
  const opened = openGrant(sealer, grant);
  if (!opened) throw new Error('The callback delivered something else than a grant.');

  const answer = await visitor.exchange(sealGrant(sealer, { ...opened, expires: Date.now() }), codeVerifier);

  expect(answer.status).toBe(410);
  expect(await answer.json()).toMatchObject({ code: 'attempt_expired' });
  expect(stage.simulator.control.tokenCalls).toBe(0);
});
