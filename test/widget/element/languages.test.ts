import { expect, fixture, waitUntil } from '@open-wc/testing';
import type { AlpacaConnectElement } from '../../../widget/alpaca-connect-element.ts';
import { translations } from '../../../widget/messages/translations.ts';
import { errorAnswer, serverUrl } from './fake-server.ts';
import { spoken } from './spoken.ts';
import { inside, press, reach, Stage, statusOf } from './stage.ts';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
  for (const [language, messages] of Object.entries(translations)) {
    stage.server.overrides.set(`GET /messages/${language}.json`, () => Response.json(messages));
  }
});
afterEach(() => {
  stage.strike();
  document.documentElement.lang = 'en';
});

const label = (element: AlpacaConnectElement) =>
  element.shadowRoot?.querySelector('[part=button]')?.textContent?.trim();
const says = (element: AlpacaConnectElement, text: string) =>
  waitUntil(() => label(element) === text, `the button to say ${text}`);

describe('<alpaca-connect> speaks', () => {
  // The first, because a page asks for a language only once.
  it('English, and says so to screen readers, where there is no translation or it cannot be had', async () => {
    stage.server.overrides.set('GET /messages/it.json', () => errorAnswer(500, 'internal', 'No.'));
    for (const language of ['nl', 'it']) {
      const element = await stage.element(`lang="${language}"`);
      expect(label(element)).to.equal('Connect with Alpaca');
      expect(inside(element, '[part=button]').lang).to.equal('en');
    }
  });

  for (const [language, { label: expected }] of Object.entries(spoken)) {
    it(`${language}`, async () => {
      const element = await stage.element(`lang="${language}"`);
      await says(element, expected.connect);
      await expect(element).to.be.accessible();
    });
  }

  it('English without asking the server for it', async () => {
    await stage.element();
    expect(stage.server.requests.filter((line) => line.includes('messages'))).to.deep.equal([]);
  });

  it('the language of the nearest element around it that has one, across shadow roots', async () => {
    document.documentElement.lang = 'de';
    const outer = await fixture<HTMLElement>('<div lang="fr-CA"></div>');
    const root = outer.attachShadow({ mode: 'open' });
    root.innerHTML = `<p><alpaca-connect server="${serverUrl}"></alpaca-connect></p>`;
    await says(root.querySelector('alpaca-connect') as AlpacaConnectElement, 'Connecter Alpaca');
  });

  it('another one when lang changes', async () => {
    const element = await stage.element('lang="es"');
    await says(element, 'Conectar con Alpaca');
    element.lang = 'de';
    await says(element, 'Mit Alpaca verbinden');
    element.lang = 'en';
    await says(element, 'Connect with Alpaca');
  });

  it('the page’s own words before any other, also when they were set before the element was there', async () => {
    const element = document.createElement('alpaca-connect');
    element.messages = { label: { connect: 'Link Alpaca' } };
    element.server = serverUrl;
    document.body.append(element);
    await reach(element, 'idle');
    expect(label(element)).to.equal('Link Alpaca');
    element.remove();
  });

  it('about errors too', async () => {
    stage.server.overrides.set('GET /connections', () => Promise.reject(new TypeError('offline')));
    const element = await stage.element('lang="ja"');
    await waitUntil(() => statusOf(element) === spoken.ja.error.network);
  });

  it('about what answered in the place of the server, the popup’s included', async () => {
    const page = () => new Response('<!doctype html>', { status: 502 });
    stage.server.overrides.set('POST /attempts', page);
    const element = await stage.element('lang="de" disclosure="off"');
    await says(element, 'Mit Alpaca verbinden');
    press(element);
    await reach(element, 'error');
    expect(statusOf(element)).to.contain('anstelle des Servers geantwortet (HTTP 502)');
  });

  it('from right to left in Arabic', async () => {
    const element = await stage.element('lang="ar"');
    expect(getComputedStyle(element).direction).to.equal('rtl');
    expect(getComputedStyle(inside(element, 'dialog')).direction).to.equal('rtl');
  });

  it('in the dialog, with the name of the app in its place', async () => {
    const element = await stage.element('lang="de"');
    await says(element, 'Mit Alpaca verbinden');
    press(element);
    await reach(element, 'disclosing');
    expect(inside(element, 'h2').textContent).to.equal('Ihr Konto bei Alpaca mit Demo App verbinden');
  });
});
