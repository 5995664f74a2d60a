import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openGrant } from '../../../server/connect/grant.ts';
import type { AttemptAnswer } from '../../../server/contract.ts';
import { openStage, type Stage } from '../../stage.ts';
import { callbackData, Visitor } from '../../visitor.ts';

async function start(visitor: Visitor): Promise<string> {
  return ((await (await visitor.startAttempt(Visitor.proofKey())).json()) as AttemptAnswer).state;
}

const visit = (stage: Stage, visitor: Visitor, query: string) =>
  visitor.visit(`${stage.url}/alpaca/callback?${query}`);

describe('GET /callback', () => {
  it('ends the attempt that was started last with a refusal that lacks state', async () => {
    await using stage = await openStage();
    const visitor = new Visitor(stage);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    onTestFinished(() => void vi.useRealTimers());
    await start(visitor);
    vi.advanceTimersByTime(1_000);
    const state = await start(visitor);
    const { error, grant } = await callbackData(await visit(stage, visitor, 'error=access_denied'));
    expect(error?.code).toBe('access_denied');
    expect(openGrant(stage.service.sealer, grant)).toMatchObject({
      state,
      outcome: { refusal: { code: 'access_denied' } },
    });
  });

  it('refuses a refusal that lacks state where no attempt is open', async () => {
    await using stage = await openStage();
    expect((await visit(stage, new Visitor(stage), 'error=access_denied')).status).toBe(400);
  });

  it.each<[string, Record<string, string>]>([
    ['a prefetch', { 'Sec-Purpose': 'prefetch' }],
    ['a prerender', { 'Sec-Purpose': 'prefetch;prerender' }],
    ['a prefetch of an older browser', { Purpose: 'prefetch' }],
    ['a preview', { 'X-Purpose': 'preview' }],
    ['a prefetch of Firefox', { 'X-Moz': 'prefetch' }],
    ['a picture', { 'Sec-Fetch-Dest': 'image' }],
    ['a frame', { 'Sec-Fetch-Dest': 'iframe' }],
    ['a script', { 'Sec-Fetch-Dest': 'empty' }],
  ])('answers %s with nothing, and the person after it with a grant', async (_what, headers) => {
    await using stage = await openStage();
    const visitor = new Visitor(stage);
    const query = `code=c&state=${await start(visitor)}`;
    const early = await visitor.visit(`${stage.url}/alpaca/callback?${query}`, headers);
    expect(early.status).toBe(503);
    expect(early.headers.get('cache-control')).toBe('no-store');
    expect(early.headers.getSetCookie()).toEqual([]);
    expect(await early.text()).toBe('');
    expect((await callbackData(await visit(stage, visitor, query))).grant).toMatch(/^[\w-]{100,}$/);
  });

  it('answers HEAD with nothing, and the person after it with a grant', async () => {
    await using stage = await openStage();
    const visitor = new Visitor(stage);
    const query = `code=c&state=${await start(visitor)}`;
    const early = await fetch(`${stage.url}/alpaca/callback?${query}`, {
      method: 'HEAD',
      headers: { Cookie: [...visitor.cookies].map((cookie) => cookie.join('=')).join('; ') },
    });
    expect(early.status).toBe(204);
    expect(early.headers.getSetCookie()).toEqual([]);
    expect((await callbackData(await visit(stage, visitor, query))).grant).toMatch(/^[\w-]{100,}$/);
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
