import { expect, it } from 'vitest';
import {
  APP,
  type BrokerStage,
  exchange,
  OTHER_APP,
  openBrokerStage,
  Person,
  proofKey,
} from './broker-stage.ts';

async function connect(
  stage: BrokerStage,
  user: string,
  client = APP,
  account = '0',
): Promise<{ refresh_token: string }> {
  const { verifier, challenge } = proofKey();
  const person = new Person(stage, user);
  const page = await person.authorize({
    client_id: client.clientId,
    redirect_uri: client.redirectUris[0],
    code_challenge: challenge,
    code_challenge_method: 'S256',
  });
  const answer = await person.decide(await page.text(), 'allow', { account });
  const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
  return (await (await exchange(stage, { code, code_verifier: verifier }, { client })).json()) as {
    refresh_token: string;
  };
}

const OPTIONS = { options: { tokens: { expiresIn: 60 } } };

/** The forms of the page, by the app that they disconnect. */
function formsOf(page: string): { app: string; action: string; csrf: string }[] {
  const form =
    /<form method="post" action="([^"]+)"><input type="hidden" name="csrf" value="([^"]+)"><button aria-label="Disconnect ([^"]+)">/g;
  return [...page.matchAll(form)].map(([, action = '', csrf = '', app = '']) => ({ app, action, csrf }));
}

it('lists what this person connected, each app and account once, and nothing of anybody else', async () => {
  await using stage = await openBrokerStage(OPTIONS);
  await connect(stage, 'mia');
  await connect(stage, 'mia');
  await connect(stage, 'mia', APP, '1');
  await connect(stage, 'mia', OTHER_APP);
  await connect(stage, 'noah');
  const page = await (await new Person(stage).get('/oauth/grants')).text();
  expect(formsOf(page).map(({ app }) => app)).toEqual(['Other App', 'Trading App', 'Trading App']);
  expect(formsOf(await (await new Person(stage, 'noah').get('/oauth/grants')).text())).toHaveLength(1);
  expect(stage.granted).toHaveLength(5);
  expect(stage.granted[0]).toEqual({
    user: 'person-0',
    client: { id: APP.clientId, name: 'Trading App' },
    account: stage.users.get('mia')?.accounts[0]?.id,
    scope: 'general',
  });
});

it('ends one, says what was not ended, and leaves the others', async () => {
  await using stage = await openBrokerStage(OPTIONS);
  const first = await connect(stage, 'mia');
  const other = await connect(stage, 'mia', OTHER_APP);
  const person = new Person(stage);
  const [, form] = formsOf(await (await person.get('/oauth/grants')).text());
  const answer = await person.post(form?.action ?? '', { csrf: form?.csrf ?? '' });
  expect(answer.status).toBe(200);
  const page = await answer.text();
  expect(page.replace(/<[^>]+>/g, '')).toContain(
    'Trading App is disconnected here and gets no new access. What it got before was not ended at Alpaca: ask Acme Invest to end it.',
  );
  expect(formsOf(page).map(({ app }) => app)).toEqual(['Other App']);
  const refresh = (token: string, client = APP) =>
    exchange(
      stage,
      { grant_type: 'refresh_token', refresh_token: token, redirect_uri: undefined },
      { client },
    );
  expect((await refresh(first.refresh_token)).status).toBe(400);
  expect((await refresh(other.refresh_token, OTHER_APP)).status).toBe(200);
  expect(stage.revoked.map(({ client }) => client.name)).toEqual(['Trading App']);
});

it('says that access has ended where Alpaca confirms it', async () => {
  await using stage = await openBrokerStage({ options: { revokeBy: 'access_token' } });
  stage.api.control.deletesTokens = true;
  await connect(stage, 'mia');
  const person = new Person(stage);
  const [form] = formsOf(await (await person.get('/oauth/grants')).text());
  const page = await (await person.post(form?.action ?? '', { csrf: form?.csrf ?? '' })).text();
  expect(page.replace(/<[^>]+>/g, '')).toContain('Trading App is disconnected, and its access has ended.');
});

it("ends nothing of somebody else's", async () => {
  await using stage = await openBrokerStage(OPTIONS);
  await connect(stage, 'mia');
  const [form] = formsOf(await (await new Person(stage).get('/oauth/grants')).text());
  const answer = await new Person(stage, 'noah').post(form?.action ?? '', { csrf: form?.csrf ?? '' });
  expect(answer.status).toBe(403);
  expect(stage.revoked).toEqual([]);
});

it('sends whoever is not signed in to sign in', async () => {
  await using stage = await openBrokerStage();
  const answer = await new Person(stage, '').get('/oauth/grants?lang=fr');
  const signIn = new URL(answer.headers.get('location') ?? '', stage.origin);
  expect([signIn.searchParams.get('to'), signIn.searchParams.get('lang')]).toEqual(['/oauth/grants', 'fr']);
});
