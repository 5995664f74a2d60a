import { afterAll, beforeAll, expect, it } from 'vitest';
import { APP, authorizeUrl, type BrokerStage, exchange, openBrokerStage, Person } from './broker-stage.ts';

/*
 * TradingView's documents for brokers list every parameter that it sends: no code_challenge; `lang` with names of its own, `prompt`,
 * and any text as `state`. It expects expires_in and a refresh token, and uses the old token until it has used the new one. Its tab
 * closes itself after two minutes, so that nothing but sign-in and consent may lie between.
 */
let stage: BrokerStage;
beforeAll(async () => {
  stage = await openBrokerStage({
    options: {
      clients: { [APP.clientId]: { pkce: 'optional' } },
      tokens: { expiresIn: 3_600 },
      revokeBy: 'access_token',
    },
  });
  stage.api.control.deletesTokens = true;
});
afterAll(() => stage[Symbol.asyncDispose]());

/** 4 KiB with what tells parameters apart, and what is no text. */
const STATE = `a&b=c%00%ff+ %26&=${'x'.repeat(4_050)}%&`;

async function works(token: string): Promise<boolean> {
  const headers = { Authorization: `Bearer ${token}` };
  return (await fetch(`${stage.simulator.liveUrl}/v2/account`, { headers })).status === 200;
}

it('a client that behaves like TradingView connects, renews and disconnects', async () => {
  const person = new Person(stage, '');
  const asked = await person.authorize({ lang: 'br', prompt: 'login', state: STATE, scope: 'general' });
  const signIn = new URL(asked.headers.get('location') ?? '', stage.origin);
  expect([signIn.searchParams.get('lang'), signIn.searchParams.get('prompt')]).toEqual(['pt', 'login']);
  person.user = 'mia';
  const page = await person.get(signIn.searchParams.get('to') ?? '');
  expect(page.headers.get('content-language')).toBe('pt');
  const back = await person.decide(await page.text(), 'allow');
  const { searchParams } = new URL(back.headers.get('location') ?? '');
  expect(searchParams.get('state')).toBe(STATE);

  const first = (await (await exchange(stage, { code: searchParams.get('code') ?? '' })).json()) as Record<
    string,
    string
  >;
  expect(first).toMatchObject({ token_type: 'Bearer', expires_in: 3_600, refresh_token: expect.any(String) });
  const renew = async (token: string | undefined) =>
    (await (
      await exchange(stage, {
        grant_type: 'refresh_token',
        refresh_token: token ?? '',
        redirect_uri: undefined,
      })
    ).json()) as Record<string, string>;
  const second = await renew(first['refresh_token']);
  expect([await works(first['access_token'] ?? ''), await works(second['access_token'] ?? '')]).toEqual([
    true,
    true,
  ]);
  await renew(second['refresh_token']);
  await expect.poll(() => works(first['access_token'] ?? '')).toBe(false);
  expect(await works(second['access_token'] ?? '')).toBe(true);
});

it('connects again without a page by prompt=none', async () => {
  const answer = await new Person(stage).authorize({ prompt: 'none', state: 's' });
  expect(new URL(answer.headers.get('location') ?? '').searchParams.get('code')).toMatch(/^[\w-]{43}$/);
});

it.each(['%26%3D%00', '%ff%fe', '%E4%BD%A0', 'a+b%20c', 'a%2Bb', '!()*~-._', '%22%3C%3E%5C', '%23fragment'])(
  'state comes back with the very bytes that it came with: %s',
  async (raw) => {
    const person = new Person(stage);
    const page = await person.get(`${authorizeUrl({})}&state=${raw}`);
    const location = (await person.decide(await page.text(), 'deny')).headers.get('location') ?? '';
    expect(location.split(/[?&]/).filter((part) => part.startsWith('state='))).toEqual([`state=${raw}`]);
  },
);
