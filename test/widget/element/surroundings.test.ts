import { expect, fixture, waitUntil } from '@open-wc/testing';
import type { AlpacaConnectElement } from '../../../widget/alpaca-connect-element.ts';
import { translations } from '../../../widget/messages/translations.ts';
import { paper } from './fake-server.ts';
import { INHERITED_STYLES } from './inherited-styles.ts';
import { en, spoken } from './spoken.ts';
import { inside, press, reach, Stage, statusOf } from './stage.ts';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => {
  stage.strike();
  document.documentElement.lang = 'en';
});

/** An element inside of this, once it shows its dialog. */
async function disclosingIn(style: string): Promise<AlpacaConnectElement> {
  const around = await fixture<HTMLElement>(`<div style="${style}"></div>`);
  const element = await stage.element();
  around.append(element);
  void element.connect().catch(() => {});
  await reach(element, 'disclosing');
  return element;
}

const sizeOf = (element: Element) => {
  const { width, height } = element.getBoundingClientRect();
  return [Math.round(width), Math.round(height)];
};

describe('<alpaca-connect> looks the same', () => {
  for (const style of INHERITED_STYLES) {
    it(`inside of ${style}`, async () => {
      const plain = await disclosingIn('font-family: serif');
      const reference = inside<HTMLDialogElement>(plain, 'dialog');
      const expected = [reference, ...reference.querySelectorAll('h2, p, li, button')].map(sizeOf);
      const looks = { ...pick(getComputedStyle(inside(plain, 'dialog p'))) };
      plain.cancel();
      await reach(plain, 'idle');

      const element = await disclosingIn(`font-family: serif; ${style}`);
      const dialog = inside<HTMLDialogElement>(element, 'dialog');
      if (!style.startsWith('font')) {
        expect([dialog, ...dialog.querySelectorAll('h2, p, li, button')].map(sizeOf)).to.deep.equal(expected);
      }
      expect({ ...pick(getComputedStyle(inside(element, 'dialog p'))) }).to.deep.equal(looks);
      expect(dialog.scrollWidth).to.be.at.most(dialog.clientWidth);
      element.cancel();
    });
  }

  it('inside of zoom, within the window', async () => {
    const element = await disclosingIn('zoom: 4');
    const { left, right } = inside(element, 'dialog').getBoundingClientRect();
    expect(left).to.be.at.least(0);
    expect(right).to.be.at.most(document.documentElement.clientWidth + 1);
    element.cancel();
  });

  it('but is as hidden, as out of reach and as dark as what is around it', async () => {
    const around = await fixture<HTMLElement>(
      '<div style="visibility: hidden; pointer-events: none; color-scheme: dark"></div>',
    );
    const element = await stage.element();
    around.append(element);
    const { visibility, pointerEvents, colorScheme } = getComputedStyle(inside(element, '[part=button]'));
    expect([visibility, pointerEvents, colorScheme]).to.deep.equal(['hidden', 'none', 'dark']);
  });
});

function pick(style: CSSStyleDeclaration): Record<string, string> {
  const { whiteSpace, textTransform, letterSpacing, wordSpacing, lineHeight, direction } = style;
  const { visibility, pointerEvents, fontStyle, fontWeight, textShadow, cursor } = style;
  return {
    ...{ whiteSpace, textTransform, letterSpacing, wordSpacing, lineHeight, direction },
    ...{ visibility, pointerEvents, fontStyle, fontWeight, textShadow, cursor },
    userSelect: style.userSelect,
  };
}

/** What translators of pages do with each text: put their own in its place, in two elements. */
function translate(root: Node): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const text of texts) {
    if (text.data.trim() === '') continue;
    const [outer, inner] = [document.createElement('font'), document.createElement('font')];
    inner.textContent = `» ${text.data}`;
    outer.append(inner);
    text.replaceWith(outer);
  }
}

describe('<alpaca-connect> in a page that is translated', () => {
  it('shows what is true in every state', async () => {
    const element = await stage.element();
    const button = () => inside(element, '[part=button]').textContent?.trim();
    const shadow = element.shadowRoot as ShadowRoot;
    translate(shadow);
    expect(button()).to.equal(`» ${en.label.connect}`);
    press(element);
    await reach(element, 'disclosing');
    translate(shadow);
    press(element, 'dialog .main');
    const popup = await stage.atProvider();
    await reach(element, 'waiting');
    expect(button()).to.equal(en.label.show);
    expect(statusOf(element)).to.equal(en.status.waiting);
    translate(shadow);
    stage.callback(popup, { grant: 'refusal', error: { code: 'access_denied', message: 'You chose Deny.' } });
    await reach(element, 'error');
    expect(button()).to.equal(en.label.retry);
    expect(statusOf(element)).to.equal('You chose Deny.');
    translate(shadow);
    press(element);
    await reach(element, 'disclosing');
    element.cancel();
    await reach(element, 'idle');
    expect(statusOf(element)).to.equal('');
    expect(button()).to.equal(en.label.connect);
  });

  it('shows the account that is connected', async () => {
    stage.server.connections = [paper];
    const element = await stage.element();
    translate(element.shadowRoot as ShadowRoot);
    stage.server.connections = [{ ...paper, account: { ...paper.account, number: 'PA9999' } }];
    await element.fetch('paper', '/v2/account').catch(() => {});
    stage.server.overrides.set('GET /paper/v2/account', () => new Response('{}', { status: 401 }));
    await element.fetch('paper', '/v2/account');
    await element.updateComplete;
    expect(inside(element, '[part=account] [aria-hidden]').textContent).to.equal('•••• 9999');
  });
});

it('<alpaca-connect> speaks the language that the page changes to', async () => {
  for (const language of ['de', 'es'] as const) {
    stage.server.overrides.set(`GET /messages/${language}.json`, () => Response.json(translations[language]));
  }
  const around = await fixture<HTMLElement>('<div></div>');
  const element = await stage.element();
  around.append(element);
  const says = (text: string) =>
    waitUntil(() => inside(element, '[part=button]').textContent?.trim() === text, `it to say ${text}`);
  document.documentElement.lang = 'de';
  await says(spoken.de.label.connect);
  around.lang = 'es';
  await says(spoken.es.label.connect);
});

describe('<alpaca-connect> in another document', () => {
  for (const when of ['after', 'before'] as const) {
    it(`keeps its styles when it is moved ${when} it was first on the page`, async () => {
      const frame = await fixture<HTMLIFrameElement>('<iframe></iframe>');
      const element = when === 'after' ? await stage.element() : document.createElement('alpaca-connect');
      element.server = `${location.origin}/alpaca`;
      frame.contentDocument?.body.append(element);
      await reach(element, 'idle');
      expect(element.ownerDocument).to.equal(frame.contentDocument);
      expect(getComputedStyle(inside(element, '[part=button]')).cursor).to.equal('pointer');
      document.body.append(element);
      expect(getComputedStyle(inside(element, '[part=button]')).cursor).to.equal('pointer');
      element.remove();
    });
  }
});
