import { describe, expect, it } from 'vitest';
import { disclosureOf } from '../../widget/alpaca-connect-view.ts';
import { en as sentences } from '../../widget/messages/en.ts';
import { namingProvider } from '../../widget/messages/messages.ts';

const en = namingProvider(sentences, 'Alpaca');

const offer = { app: 'Demo App', scopes: ['trading', 'data'], disclosure: null, appUrl: null };

describe('disclosureOf()', () => {
  it('names the app, what it can do, and that Alpaca neither made nor endorses it', () => {
    const { title, abilities, notice } = disclosureOf(en, offer, 'paper');
    expect(title).toContain('Demo App');
    expect(abilities.join()).toMatch(/see your account.*place, change and cancel orders.*market data/);
    expect(notice).toMatch(/Demo App was not developed by Alpaca.*not endorse/);
  });

  it('says of a broker partner that neither it nor Alpaca made the app', () => {
    const acme = namingProvider(sentences, 'Acme Invest');
    const { title, notice } = disclosureOf(acme, { ...offer, partner: true }, 'live');
    expect(title).toBe('Connect your Acme Invest account to Demo App');
    expect(notice).toMatch(
      /Demo App was not developed by Acme Invest or by Alpaca.*Neither of them endorses/,
    );
  });

  it.each([
    ['paper', /simulated/],
    ['live', /real money/],
    ['both', /simulated.*real money/],
  ] as const)('says whose money is meant: %s', (environment, expected) => {
    expect(disclosureOf(en, offer, environment).intro).toMatch(expected);
  });

  it('tells only what this button asks for', () => {
    expect(disclosureOf(en, offer, 'paper', 'account:write').abilities.join()).not.toContain(
      'orders at your',
    );
    expect(disclosureOf(en, offer, 'paper', '').abilities).toHaveLength(1);
  });

  it('tells a scope that it does not know by its name', () => {
    expect(disclosureOf(en, offer, 'paper', 'constructor').abilities[1]).toContain('constructor');
  });

  it('shows the integrator’s own text in paragraphs, and all of the rest', () => {
    const plain = disclosureOf(en, offer, 'paper');
    const text = 'First.\n\nSecond.';
    expect(plain.own).toEqual([]);
    expect(disclosureOf(en, { ...offer, disclosure: text }, 'paper')).toEqual({
      ...plain,
      own: ['First.', 'Second.'],
    });
  });

  it('has the paragraph of Alpaca’s review, word for word, where the server or the button says so', () => {
    const reviewed = { ...offer, appUrl: 'https://demo.test/about', disclosure: 'review' };
    const { title, review, abilities, notice } = disclosureOf(en, reviewed, 'paper');
    expect(title).toBe('Authorize Demo App');
    expect(`${review?.text}${review?.link}.`).toBe(
      'By allowing Demo App to access your Alpaca account, you are granting Demo App access to your account information and authorization to place transactions at your direction. Alpaca does not warrant or guarantee that Demo App will work as advertised or expected. Before authorizing, learn more about Demo App.',
    );
    expect(review).toMatchObject({ link: 'learn more about Demo App', url: 'https://demo.test/about' });
    expect(abilities).toHaveLength(3);
    expect(notice).toContain('not affiliated');
    const wanted = { ...reviewed, disclosure: 'Our own.' };
    expect(disclosureOf(en, wanted, 'paper').review).toBeUndefined();
    expect(disclosureOf(en, wanted, 'paper', '', 'popup', true).review).toEqual(review);
  });

  it('says where Alpaca will ask: in a window, or here in this tab, with a way out where that shows nothing', () => {
    expect(disclosureOf(en, offer, 'paper').next).toContain('a window of its own');
    expect(disclosureOf(en, offer, 'paper', '', 'redirect').next).toContain('open this one in your browser');
  });
});
