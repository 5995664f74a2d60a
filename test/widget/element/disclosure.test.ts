import { aTimeout, expect, waitUntil } from '@open-wc/testing';
import { translations } from '../../../widget/messages/translations.ts';
import { inside, press, reach, Stage, statusOf } from './stage.ts';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.strike());

async function disclosing(attributes = '', content = '') {
  const element = await stage.element(attributes, content);
  press(element);
  await reach(element, 'disclosing');
  return { element, dialog: inside<HTMLDialogElement>(element, 'dialog') };
}

function offer(more: Partial<typeof stage.server.offer>): void {
  stage.server.offer = { ...stage.server.offer, ...more };
}

const textsOf = (dialog: HTMLElement) =>
  [...dialog.querySelectorAll('h2, p, li')].map(({ textContent }) => textContent);
const buttonsOf = (dialog: HTMLElement) =>
  [...dialog.querySelectorAll('button')].map(({ textContent }) => textContent?.trim());

/** The permissions and the notice, shown below the text in the slot. */
function expectBelow(dialog: HTMLElement): void {
  const [item, notice] = [dialog.querySelector('slot ~ ul > li'), dialog.querySelector('slot ~ ul + p')];
  expect(item?.checkVisibility()).to.equal(true);
  expect(dialog.querySelectorAll('slot ~ ul > li')).to.have.length(3);
  expect(notice?.textContent).to.contain('not affiliated');
  expect(notice?.checkVisibility()).to.equal(true);
}

/** base64url(SHA-256(text)). */
async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

describe('<alpaca-connect> discloses', () => {
  it('what the app may do, in a modal dialog with Continue and Cancel', async () => {
    const { dialog } = await disclosing();
    expect(dialog.matches(':modal')).to.equal(true);
    expect(dialog.textContent)
      .to.contain('Demo App')
      .and.to.contain('cancel orders')
      .and.to.contain('not endorse');
    const labels = [...dialog.querySelectorAll('button')].map(({ textContent }) => textContent?.trim());
    expect(labels).to.deep.equal(['Cancel', 'Continue']);
  });

  it('from its title on, for those who hear it', async () => {
    const { element, dialog } = await disclosing();
    expect(element.shadowRoot?.activeElement).to.equal(dialog.querySelector('h2'));
  });

  it('the integrator’s text above the permissions and the notice, as text', async () => {
    offer({ disclosure: 'Authorize <b>Demo</b>.\n\nAt your own risk.' });
    const { dialog } = await disclosing();
    expect(textsOf(dialog).slice(1, 3)).to.deep.equal(['Authorize <b>Demo</b>.', 'At your own risk.']);
    expect(dialog.querySelector('b')).to.equal(null);
    expectBelow(dialog);
  });

  it('its https addresses as links, which open beside the page and tell it nothing', async () => {
    offer({
      disclosure:
        'Terms: https://demo.test/terms?a=1#risks. Or (https://demo.test/), not http://demo.test or javascript:alert(1)//https or https://"><b>.',
    });
    const { dialog } = await disclosing();
    const links = [...dialog.querySelectorAll('a')];
    expect(links.map((link) => link.getAttribute('href'))).to.deep.equal([
      'https://demo.test/terms?a=1#risks',
      'https://demo.test/',
    ]);
    for (const link of links) {
      expect(link.textContent).to.equal(link.getAttribute('href'));
      expect([link.target, link.rel]).to.deep.equal(['_blank', 'noopener noreferrer']);
    }
    expect(dialog.querySelector('slot p')?.textContent).to.equal(stage.server.offer.disclosure);
  });

  it('what is in the slot in place of that text, above the permissions and the notice', async () => {
    offer({ disclosure: 'Not this.' });
    const { dialog } = await disclosing('', '<p slot="disclosure">Our own words.</p>');
    const slot = dialog.querySelector<HTMLSlotElement>('slot[name=disclosure]');
    expect(slot?.assignedElements()[0]?.textContent).to.equal('Our own words.');
    expectBelow(dialog);
  });

  it('and opens nothing when the person cancels', async () => {
    const { element, dialog } = await disclosing();
    press(element, 'dialog .quiet');
    await reach(element, 'idle');
    expect(dialog.open).to.equal(false);
    expect(stage.opened).to.deep.equal([]);
    expect(stage.events).to.include('error cancelled');
  });

  it('and takes a dialog that the browser closed as a refusal', async () => {
    const { element, dialog } = await disclosing();
    dialog.close();
    await reach(element, 'idle');
    expect(stage.opened).to.deep.equal([]);
  });

  it('still, when the element moves meanwhile', async () => {
    const { element, dialog } = await disclosing();
    const place = document.createElement('div');
    document.body.append(place);
    place.append(element);
    await aTimeout(50);
    expect(element.state).to.equal('disclosing');
    expect(dialog.matches(':modal')).to.equal(true);
    place.remove();
  });

  it('until the signal of connect() aborts', async () => {
    const element = await stage.element();
    const caller = new AbortController();
    const connected = element.connect({ signal: caller.signal }).catch((thrown: unknown) => thrown);
    await reach(element, 'disclosing');
    caller.abort();
    expect(await connected).to.include({ code: 'cancelled' });
    expect(element.state).to.equal('idle');
  });

  it('again for a second connect(), and refuses the first', async () => {
    const { element } = await disclosing();
    const second = element.connect().catch(() => {});
    await reach(element, 'disclosing');
    expect(stage.events.filter((event) => event === 'error cancelled')).to.have.length(1);
    element.cancel();
    await second;
  });
});

const ABOUT = 'https://demo.test/about';
const PARAGRAPH =
  'By allowing Demo App to access your Alpaca account, you are granting Demo App access to your account information and authorization to place transactions at your direction. Alpaca does not warrant or guarantee that Demo App will work as advertised or expected. Before authorizing, learn more about Demo App.';

describe('<alpaca-connect> for Alpaca’s review', () => {
  for (const [who, attributes, disclosure] of [
    ['the button', 'disclosure="review"', 'Our own words.'],
    ['its server', '', 'review'],
  ] as const) {
    it(`shows the paragraph with its link, Deny and Allow, as ${who} says`, async () => {
      offer({ appUrl: ABOUT, disclosure });
      const { element, dialog } = await disclosing(attributes);
      expect(textsOf(dialog).slice(0, 2)).to.deep.equal(['Authorize Demo App', PARAGRAPH]);
      const link = inside<HTMLAnchorElement>(element, 'dialog a');
      expect(link.textContent).to.equal('learn more about Demo App');
      expect([link.href, link.target, link.rel]).to.deep.equal([ABOUT, '_blank', 'noopener noreferrer']);
      expect(buttonsOf(dialog)).to.deep.equal(['Deny', 'Allow']);
      expectBelow(dialog);
      await expect(element).to.be.accessible();
    });
  }

  it('connects only after Allow', async () => {
    offer({ appUrl: ABOUT });
    const { element } = await disclosing('disclosure="review"');
    press(element, 'dialog .quiet');
    await reach(element, 'idle');
    expect(stage.opened).to.deep.equal([]);
    press(element);
    await reach(element, 'disclosing');
    press(element, 'dialog .main');
    stage.callback(await stage.atProvider());
    await reach(element, 'connected');
  });

  it('keeps its paragraph in English and says so, with the rest in the person’s language', async () => {
    stage.server.overrides.set('GET /messages/ar.json', () => Response.json(translations.ar));
    offer({ appUrl: ABOUT });
    const { element, dialog } = await disclosing('disclosure="review" lang="ar"');
    const { deny, allow } = translations.ar.label;
    await waitUntil(() => buttonsOf(dialog).join() === [deny, allow].join());
    expect(dialog.lang).to.equal('ar');
    const [title, paragraph] = ['h2', 'slot p'].map((one) => inside<HTMLElement>(element, `dialog ${one}`));
    for (const english of [title, paragraph]) {
      expect([english?.lang, english?.dir]).to.deep.equal(['en', 'ltr']);
    }
    expect(paragraph?.textContent).to.equal(PARAGRAPH);
    expect(dialog.querySelector('slot ~ p')?.textContent).to.contain('Demo App').and.not.contain('asks for');
  });

  for (const appUrl of [null, undefined, 'http://demo.test/', 'javascript:alert(1)']) {
    it(`asks for nothing, and names the variable, where the link would lead to ${appUrl}`, async () => {
      offer({ appUrl: appUrl as null });
      const element = await stage.element('disclosure="review"');
      press(element);
      await reach(element, 'error');
      expect(statusOf(element)).to.contain('APP_URL');
      expect(stage.events).to.include('error config_invalid');
      expect(inside<HTMLDialogElement>(element, 'dialog').open).to.equal(false);
      expect(stage.opened).to.deep.equal([]);
    });
  }
});

describe('<alpaca-connect> tells the server which text the person agreed to', () => {
  const TEXT =
    'Connect your Alpaca account to Demo App Demo App asks for access to your paper account (simulated money). It will be able to: see your account, balances, positions and orders place, change and cancel orders at your direction Demo App was not developed by Alpaca and is not affiliated with it. Alpaca does not endorse it, and does not warrant that it works as advertised. Alpaca will ask you to log in and to confirm, in a window of its own.';

  /** The hash that came with the attempt after the person agreed. */
  async function agreed(attributes: string, content = ''): Promise<string | undefined> {
    const { element } = await disclosing(`scope="trading" ${attributes}`, content);
    press(element, 'dialog .main');
    await stage.atProvider();
    return stage.server.attempt?.disclosure;
  }

  it('by its hash', async () => {
    expect(await agreed('')).to.equal(await hashOf(TEXT));
  });

  it('with the paragraph of the review', async () => {
    offer({ appUrl: ABOUT });
    const [, below] = TEXT.split('to Demo App ');
    expect(await agreed('disclosure="review"')).to.equal(
      await hashOf(`Authorize Demo App ${PARAGRAPH} ${below}`),
    );
  });

  it('with what is in the slot', async () => {
    offer({ disclosure: 'Not this.' });
    expect(await agreed('', '<p slot="disclosure">Our  own\n words.</p>')).to.equal(
      await hashOf(TEXT.replace('to Demo App ', 'to Demo App Our own words. ')),
    );
  });

  it('also when the browser blocked the popup and a link opened it', async () => {
    const { open } = window;
    const { element } = await disclosing('scope="trading"');
    window.open = () => null;
    press(element, 'dialog .main');
    await reach(element, 'error');
    window.open = open;
    inside<HTMLAnchorElement>(element, '[part=link]').addEventListener('click', (event) => {
      event.preventDefault();
      window.open(inside<HTMLAnchorElement>(element, '[part=link]').href);
    });
    press(element, '[part=link]');
    await stage.atProvider();
    expect(stage.server.attempt?.disclosure).to.equal(await hashOf(TEXT));
  });

  it('and nothing where it showed none, or after a new click', async () => {
    const { open } = window;
    const { element } = await disclosing();
    window.open = () => null;
    press(element, 'dialog .main');
    await reach(element, 'error');
    window.open = open;
    element.disclosure = 'off';
    press(element);
    await stage.atProvider();
    expect(stage.server.attempt).not.to.have.property('disclosure');
  });
});

describe('<alpaca-connect> has two buttons to cancel', () => {
  it('that are named apart', async () => {
    const element = await stage.element();
    element.messages = { label: { cancel: 'Not now', continue: 'Go on' } };
    press(element);
    await reach(element, 'disclosing');
    expect(buttonsOf(inside(element, 'dialog'))).to.deep.equal(['Not now', 'Go on']);
    press(element, 'dialog .main');
    await stage.atProvider();
    await reach(element, 'waiting');
    expect(inside(element, '[part=cancel]').textContent).to.equal('Cancel');
    element.messages = { label: { cancelWaiting: 'Stop' } };
    await element.updateComplete;
    expect(inside(element, '[part=cancel]').textContent).to.equal('Stop');
    expect(buttonsOf(inside(element, 'dialog'))).to.deep.equal(['Cancel', 'Continue']);
  });
});
