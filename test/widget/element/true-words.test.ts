import { expect, fixture, waitUntil } from '@open-wc/testing';
import type { AlpacaConnectElement } from '../../../widget/alpaca-connect-element.ts';
import { setup } from '../../../widget/messages/en.ts';
import { translations } from '../../../widget/messages/translations.ts';
import { serverUrl } from './fake-server.ts';
import { en, spoken } from './spoken.ts';
import { inside, press, reach, Stage, statusOf } from './stage.ts';

let stage: Stage;
let putBack: (() => void)[] = [];
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => {
  for (const undo of putBack) undo();
  putBack = [];
  stage.strike();
});

/** Another value for a property of the browser, until the end of the test. */
function replace<Owner extends object>(owner: Owner, name: keyof Owner, value: unknown): void {
  const own = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  putBack.push(() => {
    if (own) Object.defineProperty(owner, name, own);
    else Reflect.deleteProperty(owner, name);
  });
}

const refuse = () => {
  throw new DOMException('The operation is insecure.', 'SecurityError');
};

describe('<alpaca-connect> in a browser that refuses the page its cookies', () => {
  it('says nothing before anything was pressed, though channels are refused too', async () => {
    replace(
      window,
      'BroadcastChannel',
      class {
        constructor() {
          refuse();
        }
      },
    );
    const element = await stage.element();
    expect(element.state).to.equal('idle');
    expect(statusOf(element)).to.equal('');
    expect(stage.events.filter((event) => event.startsWith('error'))).to.deep.equal([]);
  });

  it('ends in cookies_blocked after Allow, where locks are refused', async () => {
    const element = await stage.element('disclosure="off"');
    press(element);
    const popup = await stage.atProvider();
    replace(navigator, 'locks', { request: async () => refuse() });
    stage.callback(popup);
    await reach(element, 'error');
    expect(stage.events.at(-1)).to.equal('error cookies_blocked');
    expect(statusOf(element)).to.equal(en.error.cookies_blocked);
  });

  it('ends in cookies_blocked before Alpaca is asked, where the launch page sees it', async () => {
    const element = await stage.element('disclosure="off"');
    const { open } = window;
    window.open = (...how) => {
      const popup = open(...how) as Window;
      Object.defineProperty(popup.document, 'cookie', { get: () => '', set() {} });
      return popup;
    };
    press(element);
    await reach(element, 'error');
    expect(stage.events.at(-1)).to.equal('error cookies_blocked');
    expect(stage.events).not.to.include('statechange waiting');
  });
});

describe('<alpaca-connect> in a browser without what it needs', () => {
  it('says so, and nothing of Alpaca', async () => {
    replace(AbortSignal, 'any', undefined);
    replace(console, 'error', () => {});
    const element = await stage.element();
    expect(element.state).to.equal('error');
    expect(statusOf(element)).to.equal(en.error.old_browser);
    expect(stage.events.at(-1)).to.equal('error config_invalid');
  });

  it('says so in the language of the page', async () => {
    stage.server.overrides.set('GET /messages/fr.json', () => Response.json(translations.fr));
    replace(window, 'URL', { ...URL, canParse: undefined });
    const element = await fixture<AlpacaConnectElement>(
      `<alpaca-connect server="${serverUrl}" lang="fr"></alpaca-connect>`,
    );
    await reach(element, 'error');
    expect(statusOf(element)).to.equal(en.error.old_browser);
    for (const undo of putBack.splice(0)) undo();
    element.requestUpdate();
    await waitUntil(() => statusOf(element) === spoken.fr.error.old_browser);
  });

  it('says what the page needs where there is no WebCrypto, as on plain http', async () => {
    replace(crypto, 'subtle', undefined);
    const element = await stage.element('disclosure="off"');
    expect(statusOf(element)).to.equal('');
    press(element);
    await reach(element, 'error');
    expect(statusOf(element)).to.equal(setup.insecureContext);
    expect(stage.server.attempt).to.equal(undefined);
  });

  it('says that Alpaca confirmed only once Alpaca did', async () => {
    const element = await stage.element('disclosure="off"');
    replace(navigator, 'locks', { request: () => Promise.reject(new TypeError('no')) });
    press(element);
    stage.callback(await stage.atProvider());
    await reach(element, 'error');
    expect(stage.events.at(-1)).to.equal('error exchange_failed');
    expect(inside(element, '[role=status]').textContent).to.equal(en.error.exchange_failed);
  });
});
