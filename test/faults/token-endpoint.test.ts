import { describe, expect, it } from 'vitest';
import type { ErrorAnswer } from '../../server/contract.ts';
import { openStage, type Stage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

/** Exchanges a grant that must fail and checks what must hold whatever the fault: nothing stored, server alive, log clear. */
async function failedExchange(stage: Stage, visitor: Visitor): Promise<ErrorAnswer & { status: number }> {
  const { grant, codeVerifier } = await visitor.obtainGrant();
  const answer = await visitor.exchange(grant, codeVerifier);
  const error = (await answer.json()) as ErrorAnswer;

  expect(visitor.hasSession).toBe(false);
  expect(await (await visitor.call('/connections')).json()).toMatchObject({ connections: [] });
  const line = stage
    .logged()
    .split('\n')
    .find((text) => text.includes(error.requestId) && text.includes(`"code":"${error.code}"`));
  expect(line).toContain('"level":"error"');
  return { ...error, status: answer.status };
}

describe('POST /connections, when the token endpoint', () => {
  it('refuses the client secret, tells the owner which variables to check', async () => {
    await using stage = await openStage({ environment: { ALPACA_CLIENT_SECRET: 'f'.repeat(40) } });
    const error = await failedExchange(stage, new Visitor(stage));
    expect(error).toMatchObject({ status: 500, code: 'config_invalid' });
    expect(error.message).toContain('ALPACA_CLIENT_SECRET');
  });

  it('does not know the client, tells the owner which variables to check', async () => {
    await using stage = await openStage();
    stage.simulator.control.addFault({
      path: '/oauth/token',
      kind: 'answer',
      status: 401,
      contentType: 'application/json',
      body: '{"code":40110000,"message":"invalid_client"}',
      times: 1,
    });
    const error = await failedExchange(stage, new Visitor(stage));
    expect(error).toMatchObject({ status: 500, code: 'config_invalid' });
    expect(error.message).toContain('ALPACA_CLIENT_ID');
  });

  it('answers a page instead of JSON, says that Alpaca failed', async () => {
    await using stage = await openStage();
    stage.simulator.control.breakToken('html', 1);
    expect(await failedExchange(stage, new Visitor(stage))).toMatchObject({
      status: 424,
      code: 'provider_error',
    });
  });

  it('returns no token, says that Alpaca failed', async () => {
    await using stage = await openStage();
    stage.simulator.control.breakToken('no_token', 1);
    expect(await failedExchange(stage, new Visitor(stage))).toMatchObject({
      status: 424,
      code: 'provider_error',
    });
  });

  it('does not answer, gives up and says that Alpaca failed', { timeout: 30_000 }, async () => {
    await using stage = await openStage();
    stage.simulator.control.breakToken('timeout', 1);
    expect(await failedExchange(stage, new Visitor(stage))).toMatchObject({
      status: 424,
      code: 'provider_error',
    });
  });

  it.each([
    ['a token that would inject a header', { access_token: 'a\r\nX-Evil: 1', token_type: 'bearer' }],
    ['an empty token', { access_token: '', token_type: 'bearer' }],
    ['a token of another type', { access_token: 'abc', token_type: 'mac' }],
    ['no token type', { access_token: 'abc' }],
    ['an answer that is too large', { access_token: 'abc', token_type: 'bearer', rest: 'x'.repeat(70_000) }],
  ])('returns %s, refuses it', async (_what, body) => {
    await using stage = await openStage();
    stage.simulator.control.addFault({
      path: '/oauth/token',
      kind: 'answer',
      status: 200,
      contentType: 'application/json',
      body: JSON.stringify(body),
      times: 1,
    });
    expect(await failedExchange(stage, new Visitor(stage))).toMatchObject({
      status: 424,
      code: 'provider_error',
    });
  });

  it('says 307, sends code and secret nowhere else', async () => {
    await using stage = await openStage();
    stage.simulator.control.addFault({
      path: '/oauth/token',
      kind: 'answer',
      status: 307,
      contentType: 'text/plain',
      body: '',
      times: 1,
    });
    expect(await failedExchange(stage, new Visitor(stage))).toMatchObject({
      status: 424,
      code: 'provider_error',
    });
    expect(stage.simulator.control.tokenCalls).toBe(1);
  });

  it('recovered, a retry connects', async () => {
    await using stage = await openStage();
    stage.simulator.control.breakToken('html', 1);
    const visitor = new Visitor(stage);
    await failedExchange(stage, visitor);
    expect((await visitor.connect()).status).toBe(201);
  });
});
