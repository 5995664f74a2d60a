import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../../server/broker/messages/languages.ts';
import { sentences } from '../../../server/broker/messages/sentences.ts';
import { APP, type BrokerStage, openBrokerStage, Person, proofKey } from './broker-stage.ts';

const PROOF = { code_challenge: proofKey().challenge, code_challenge_method: 'S256' };

/** What an app could write about itself to look like something else. */
const HOSTILE = {
  ...APP,
  clientId: 'a'.repeat(32),
  name: `\u202eAlpaca\u2066</b><script>alert(1)</script>"'\r\nBroker${'x'.repeat(300)}`,
  description: `<img src=x onerror=alert(1)>\n\u200b${'y'.repeat(2_000)}`,
  url: 'javascript:alert(1)',
  termsOfUse: 'http://insecure.example/terms',
  privacyPolicy: 'data:text/html,x',
};

let stage: BrokerStage;
beforeAll(async () => {
  stage = await openBrokerStage({ clients: [APP, HOSTILE] });
});
afterAll(() => stage[Symbol.asyncDispose]());

async function pageOf(parameters: Record<string, string> = {}, user = 'mia'): Promise<string> {
  const answer = await new Person(stage, user).authorize({ ...PROOF, ...parameters });
  expect(answer.status).toBe(200);
  return answer.text();
}

describe('the page that asks', () => {
  it('says everything that has to be known, in this order, above two equal buttons', async () => {
    const text = (await pageOf())
      .replace(/<style>.*?<\/style>|<title>.*?<\/title>/gs, '')
      .replace(/<[^>]+>/g, '');
    const { host } = new URL(stage.origin);
    const wanted = [
      'Acme Invest',
      `The address bar of your browser has to show ${host}.`,
      'Trading App asks for access to your Acme Invest account (trading-app.example)',
      'Trading App says about itself:',
      'Charts and orders in one place.',
      'see your account, balances, positions and orders',
      'place, change and cancel orders at your direction',
      'Account ending in 0011',
      'Acme Invest and Alpaca did not develop Trading App and do not guarantee it.',
      'By allowing Trading App to access your Acme Invest account',
      'Terms of use of Trading App: trading-app.example',
      'You will return to trading-app.example.',
      'You are signed in as mia@acme.example.',
      'Deny',
      'Allow',
    ];
    const places = wanted.map((words) => text.indexOf(words));
    expect(places.filter((place) => place === -1)).toEqual([]);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
  });

  it('has no script, cannot be framed, is not kept, and leaves the opener alone', async () => {
    const { headers } = await new Person(stage).authorize(PROOF);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('script-src');
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("form-action 'self' https:;");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-opener-policy')).toBe('unsafe-none');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(await pageOf()).not.toMatch(/<script|\son\w+=|style="/i);
  });

  it('shows what an app says of itself as text alone, short, and with no other direction or line', async () => {
    const page = await pageOf({ client_id: HOSTILE.clientId });
    expect(page).not.toMatch(/<script|<img|javascript:|data:text|insecure\.example/);
    expect(page).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b]/);
    expect(page).toContain('Alpaca&lt;/b&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39; Broker');
    expect(page).not.toContain('x'.repeat(200));
    expect(page).not.toContain('y'.repeat(1_000));
    expect(page).not.toContain('learn more about</a>');
  });

  it('chooses the account ahead of the person only when there is one, and never a button', async () => {
    expect(await pageOf()).not.toMatch(/ checked| autofocus/);
    const mia = stage.users.get('mia');
    if (mia === undefined) throw new Error('mia is missing');
    const [account, ...others] = mia.accounts;
    if (account === undefined) throw new Error('mia has no account');
    const closed = others.map((each) => ({ ...each, tradable: false, status: 'ACCOUNT_CLOSED' }));
    stage.users.set('rosa', { ...mia, id: 'rosa', accounts: [account, ...closed] });
    const page = await pageOf({}, 'rosa');
    expect(page.match(/ checked/g)).toHaveLength(1);
    expect(page).toContain('Cannot be connected. Its status is <bdi>ACCOUNT_CLOSED</bdi>.');
    expect(page).not.toContain(account.number);
    expect(page).not.toContain(account.id);
  });

  it('offers no real money to an app that Alpaca has not approved for it', async () => {
    await using own = await openBrokerStage({ clients: [{ ...APP, liveTradingApproved: false }] });
    const refused = await new Person(own).authorize(PROOF);
    expect(refused.headers.get('location')).toContain('error=unauthorized_client');
    const mia = own.users.get('mia');
    if (mia === undefined) throw new Error('mia is missing');
    const accounts = mia.accounts.map((each, index) => ({ ...each, live: index !== 0 }));
    own.users.set('mia', { ...mia, accounts });
    const person = new Person(own);
    const page = await (await person.authorize(PROOF)).text();
    expect(page).toContain('has not approved <bdi><strong>Trading App</strong></bdi> for real money.');
    expect((await person.decide(page, 'allow', { account: '1' })).status).toBe(400);
    expect((await person.decide(page, 'allow', { account: '0' })).status).toBe(303);
  });

  it('names each scope by its sentence, in the language of the page', async () => {
    const scopeSentences = { general: { en: 'do everything', de: 'alles tun' }, data: 'read prices' };
    await using own = await openBrokerStage({ options: { scopeSentences } });
    const answer = await new Person(own).authorize({ ...PROOF, scope: 'general data', lang: 'de' });
    expect(await answer.text()).toMatch(/<li>alles tun<\/li><li>read prices<\/li>/);
  });
});

describe('languages', () => {
  it.each([
    ['de', { lang: 'de' }],
    ['pt', { lang: 'br' }],
    ['ko', { lang: 'kr' }],
    ['pt', { lang: 'pt-BR' }],
    ['ja', { ui_locales: 'xx ja fr' }],
    ['fr', { lang: 'fr', ui_locales: 'ja' }],
    ['en', { lang: 'vi' }],
    ['en', { lang: '<script>' }],
  ])('%s for %j', async (language, parameters) => {
    const answer = await new Person(stage).authorize({ ...PROOF, ...parameters });
    expect(answer.headers.get('content-language')).toBe(language);
    expect(await answer.text()).toContain(`<html lang="${language}" dir="ltr">`);
  });

  it('the browser decides where the app does not, and Arabic runs from right to left', async () => {
    const url = `/oauth/authorize?client_id=x`;
    const answer = await new Person(stage).get(url, { 'Accept-Language': 'ar-EG,en;q=0.5' });
    expect(await answer.text()).toContain('<html lang="ar" dir="rtl">');
  });

  it.each(LANGUAGES)('%s has every sentence, with the same words in braces', (language) => {
    const words = (text: string) => (text.match(/{\w+}/g) ?? []).toSorted();
    const own = sentences(language);
    for (const [group, english] of Object.entries(sentences('en'))) {
      for (const [key, text] of Object.entries(english)) {
        const translated = own[group as keyof typeof own][key as never] as string;
        expect([key, [...new Set(words(translated))]]).toEqual([key, [...new Set(words(text as string))]]);
        if (language !== 'en') expect(translated).not.toBe(text);
      }
    }
  });
});

it('a refusal of the form is in the language of the page', async () => {
  const person = new Person(stage);
  const page = await (await person.authorize({ ...PROOF, lang: 'de' })).text();
  const action = /<form method="post" action="([^"]+)">/.exec(page)?.[1] ?? '';
  const answer = await person.post(action, { ticket: 'x' });
  expect([answer.status, answer.headers.get('content-language')]).toEqual([400, 'de']);
});
