import { expect, it } from 'vitest';
import { openStage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

/*
 * A page that is not on the allow-list, or that skips the launch page and its handshake, tries to start an attempt with
 * a challenge of its own. The grant would then be delivered to it.
 */
it('POST /attempts answers our own launch page only', async () => {
  await using stage = await openStage();
  const proofKey = Visitor.proofKey();
  const body = { environment: 'paper', codeChallenge: proofKey.codeChallenge, origin: stage.foreignUrl };
  const refused = [
    new Visitor(stage, { origin: stage.foreignUrl }).call('/attempts', { method: 'POST', body }),
    new Visitor(stage, { origin: 'https://evil.example' }).call('/attempts', { method: 'POST', body }),
    new Visitor(stage).startAttempt(proofKey, { origin: 'https://evil.example' }),
    new Visitor(stage).startAttempt(proofKey, { origin: 'null' }),
  ];
  for (const answer of await Promise.all(refused)) {
    expect(answer.status).toBe(403);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(await answer.json()).toMatchObject({ code: 'origin_not_allowed' });
  }
});

it.each(['https://evil.example', 'null', '', 'https://localhost.evil.example', '*'])(
  'GET /launch gives an opener at "%s" no launch page',
  async (origin) => {
    await using stage = await openStage();
    const answer = await fetch(`${stage.url}/alpaca/launch?origin=${encodeURIComponent(origin)}`);
    expect(answer.status).toBe(403);
    expect(await answer.text()).not.toContain('alpaca-connect-data');
  },
);
