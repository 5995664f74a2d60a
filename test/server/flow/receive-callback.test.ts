import { describe, expect, it } from 'vitest';
import type { AttemptAnswer } from '../../../server/contract.ts';
import { openGrant } from '../../../server/flow/grant.ts';
import { openStage, type Stage } from '../../stage.ts';
import { callbackData, Visitor } from '../../visitor.ts';

async function start(visitor: Visitor): Promise<string> {
  return ((await (await visitor.startAttempt(Visitor.proofKey())).json()) as AttemptAnswer).state;
}

const visit = (stage: Stage, visitor: Visitor, query: string) =>
  visitor.visit(`${stage.url}/alpaca/callback?${query}`);

describe('GET /callback', () => {
  it('ends the only open attempt with a refusal that lacks state', async () => {
    await using stage = await openStage();
    const visitor = new Visitor(stage);
    await start(visitor);
    const { error, grant } = await callbackData(await visit(stage, visitor, 'error=access_denied'));
    expect(error?.code).toBe('access_denied');
    expect(openGrant(stage.service.sealer, grant)?.outcome).toMatchObject({
      refusal: { code: 'access_denied' },
    });
    expect(visitor.cookies.size).toBe(0);
  });

  it('ends none of several attempts with a refusal that lacks state', async () => {
    await using stage = await openStage();
    const visitor = new Visitor(stage);
    await start(visitor);
    await start(visitor);
    expect((await visit(stage, visitor, 'error=access_denied')).status).toBe(400);
    expect(visitor.cookies.size).toBe(2);
  });

  it('completes no attempt with a code that lacks state, or has two', async () => {
    await using stage = await openStage();
    const visitor = new Visitor(stage);
    const state = await start(visitor);
    for (const query of [
      'code=c',
      `code=c&state=${state}&state=${state}`,
      `code=c&state=${state}x`,
      'code=c&state=',
    ]) {
      const answer = await visit(stage, visitor, query);
      expect(`${query} ${answer.status}`).toMatch(/ 400$/);
      expect(await answer.text()).not.toContain('alpaca-connect-data');
    }
    expect(visitor.cookies.size).toBe(1);
  });

  it.each([
    ['no code', ''],
    ['an empty code', '&code='],
    ['an error of the provider', '&error=server_error&code=c'],
    ['an issuer that is not the configured one', '&code=c&iss=https%3A%2F%2Fevil.example'],
    ['a response of another flow', '&code=c&id_token=x'],
  ])('seals no code when the answer has %s', async (_what, rest) => {
    await using stage = await openStage();
    const visitor = new Visitor(stage);
    const { error, grant } = await callbackData(
      await visit(stage, visitor, `state=${await start(visitor)}${rest}`),
    );
    expect(error?.code).toBe('provider_error');
    expect(openGrant(stage.service.sealer, grant)?.outcome).toHaveProperty('refusal');
  });
});
