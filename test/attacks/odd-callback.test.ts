import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AttemptAnswer, ErrorAnswer } from '../../server/contract.ts';
import { openStage, type Stage } from '../stage.ts';
import { callbackData, Visitor } from '../visitor.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

/** What may stand in the place of a state, given the real one. */
const STATES: Readonly<Record<string, (state: string) => string>> = {
  'no state': () => '',
  'an empty state': () => 'state=',
  'the name of a prototype': () => 'state=__proto__',
  'another name of a prototype': () => 'state=constructor',
  '5 KiB': () => `state=${'s'.repeat(5_120)}`,
  'the state and 5 KiB': (state) => `state=${state}${'s'.repeat(5_120)}`,
  'an array': (state) => `state[]=${state}`,
  'an object': (state) => `state[a]=${state}`,
  'the state twice': (state) => `state=${state}&state=${state}`,
  'a NUL behind it': (state) => `state=${state}%00`,
  'a line behind it': (state) => `state=${state}%0d%0aSet-Cookie:%20a=b`,
  'a space before it': (state) => `state=%20${state}`,
  'upper case': (state) => `state=${state.toUpperCase()}x`,
  'half of it': (state) => `state=${state.slice(0, 20)}`,
  'its name in upper case': (state) => `STATE=${state}`,
  'the hash of nothing': () => 'state=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU',
};

/** What may stand in the place of a code. */
const CODES: Readonly<Record<string, string>> = {
  'a parameter behind it': encodeURIComponent(
    'c&redirect_uri=https://evil.example/&grant_type=client_credentials',
  ),
  'lines behind it': 'c%0d%0aX-Evil:%201%0d%0a%0d%0a',
  'a NUL': 'c%00',
  '10 KiB': 'c'.repeat(10_240),
  JSON: encodeURIComponent('{"code":"c","__proto__":{"admin":true}}'),
  markup: encodeURIComponent('</script><script>alert(1)</script>'),
  'bytes that are no UTF-8': '%ff%fe',
  'an issuer of ours beside it': 'c&client_id=other&env=live&scope=trading',
};

async function start(visitor: Visitor) {
  const proofKey = Visitor.proofKey();
  const { state } = (await (await visitor.startAttempt(proofKey)).json()) as AttemptAnswer;
  return {
    ...proofKey,
    state,
    visit: (query: string) => visitor.visit(`${stage.url}/alpaca/callback?${query}`),
  };
}

/*
 * The callback's query is written by whoever sends the browser there. A state that only resembles the real one, or that some
 * parser turns into it, must not complete the attempt.
 */
describe(`GET /callback refuses ${Object.keys(STATES).length} states`, () => {
  it.each(Object.keys(STATES))('%s', async (what) => {
    const visitor = new Visitor(stage);
    const { state, visit } = await start(visitor);
    const answer = await visit(`code=c&${STATES[what]?.(state)}`);
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toContain('alpaca-connect-data');
    // The attempt is still there for the real answer.
    expect((await visit(`code=c&state=${state}`)).status).toBe(200);
  });
});

/*
 * A code is put together so that it changes the request to the token endpoint, the page that delivers it, or the log. It has to
 * arrive at Alpaca as one value, or not at all, and to end in one plain refusal.
 */
describe(`POST /connections connects nothing for ${Object.keys(CODES).length} codes`, () => {
  it.each(Object.keys(CODES))('%s', async (what) => {
    const visitor = new Visitor(stage);
    const { state, codeVerifier, visit } = await start(visitor);
    const before = stage.simulator.control.tokenCalls;
    const page = await visit(`state=${state}&code=${CODES[what]}`);
    expect(page.status).toBe(200);
    const { grant } = await callbackData(page);
    expect(grant).toMatch(/^[\w-]+$/);
    const answer = await visitor.exchange(grant, codeVerifier);
    expect([400, 424]).toContain(answer.status);
    expect(((await answer.json()) as ErrorAnswer).code).toMatch(
      /^(?:exchange_failed|bad_request|provider_error)$/,
    );
    expect(stage.simulator.control.tokenCalls - before).toBeLessThanOrEqual(1);
    expect(visitor.hasSession).toBe(false);
    expect(stage.logged()).not.toMatch(/X-Evil|evil\.example/);
  });
});
