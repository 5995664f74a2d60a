import { expect, waitUntil } from '@open-wc/testing';
import type { AwayPermission } from '../../../server/contract.ts';
import type { AlpacaConnectElement } from '../../../widget/alpaca-connect-element.ts';
import { errorAnswer, paper } from './fake-server.ts';
import { inside, press, reach, Stage, statusOf } from './stage.ts';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
  stage.server.offer = { ...stage.server.offer, awayDays: 90 };
});
afterEach(() => stage.strike());

const { connectedAt: _, ...account } = paper;
const first: AwayPermission = { ...account, id: 'away-1', until: '2026-12-27T12:00:00Z' };
const second: AwayPermission = {
  ...first,
  id: 'away-2',
  account: { ...paper.account, number: 'PA3X9ZQK5678' },
  until: '2027-02-01T12:00:00Z',
};

const allow = (...away: AwayPermission[]) => {
  stage.server.offer = { ...stage.server.offer, away };
};
const parts = (element: AlpacaConnectElement, part: string) => [
  ...(element.shadowRoot?.querySelectorAll<HTMLElement>(`[part=${part}]`) ?? []),
];
const texts = (element: AlpacaConnectElement) =>
  parts(element, 'away').map(({ textContent }) => textContent?.trim());
const dialogText = (element: AlpacaConnectElement) =>
  (inside(element, 'dialog').textContent ?? '').replace(/\s+/g, ' ');

/** The day in so many days, as the dialog writes it. */
const dayIn = (days: number, language = 'en') =>
  new Date(Date.now() + days * 86_400_000).toLocaleDateString(language, { dateStyle: 'long' });

async function connect(element: AlpacaConnectElement): Promise<void> {
  press(element);
  await reach(element, 'disclosing');
  press(element, 'dialog .main');
  stage.callback(await stage.atProvider());
  await reach(element, 'connected');
}

describe('<alpaca-connect away>', () => {
  it('says in the dialog until when, and asks for as many days once the person continues', async () => {
    const element = await stage.element('away="60"');
    press(element);
    await reach(element, 'disclosing');
    expect(dialogText(element)).to.contain(
      `Demo App may also do this on its own while you are away, until ${dayIn(60)}. You can end that here at any time.`,
    );
    await expect(element).to.be.accessible();
    press(element, 'dialog .main');
    stage.callback(await stage.atProvider());
    await reach(element, 'connected');
    expect(stage.server.attempt?.away).to.equal(60);
    expect(stage.server.exchanged).not.to.have.property('away');
  });

  it('asks for 30 days without a number, and for none without the attribute', async () => {
    const asking = await stage.element('away');
    await connect(asking);
    expect(stage.server.attempt?.away).to.equal(30);
    stage.server.connections = [];
    const plain = await stage.element();
    press(plain);
    await reach(plain, 'disclosing');
    expect(dialogText(plain)).not.to.contain('away');
    press(plain, 'dialog .main');
    stage.callback(await stage.atProvider());
    await reach(plain, 'connected');
    expect(stage.server.attempt).not.to.have.property('away');
  });

  it('asks in the dialog also where the page has switched the dialog off', async () => {
    const element = await stage.element('away="7" disclosure="off"');
    press(element);
    await reach(element, 'disclosing');
    expect(stage.opened).to.deep.equal([]);
    expect(dialogText(element)).to.contain(dayIn(7));
    press(element, 'dialog .quiet');
    await reach(element, 'idle');
    expect(stage.opened).to.deep.equal([]);
  });

  it('asks for the days that the person read, whatever the page sets while the popup is open', async () => {
    const element = await stage.element('away="7"');
    press(element);
    await reach(element, 'disclosing');
    press(element, 'dialog .main');
    element.away = 90;
    await stage.atProvider();
    expect(stage.server.attempt?.away).to.equal(7);
  });

  it('asks nobody for what the server would refuse, and tells the owner of the page', async () => {
    for (const wrong of ['91', '0', '-1', '1.5', 'x', '1e9']) {
      const element = await stage.element(`away="${wrong}"`);
      press(element);
      await reach(element, 'error');
      expect(statusOf(element)).to.contain('at most 90: the AWAY_DAYS of the server');
      element.remove();
    }
    expect(stage.opened).to.deep.equal([]);
  });

  it('says it in the language of the page', async () => {
    stage.server.overrides.set('GET /messages/de.json', () =>
      Response.json({
        disclosure: { away: '{app} darf bis zum {date}.' },
        account: { away: 'Handelt bis {date}' },
      }),
    );
    allow(first);
    const element = await stage.element('away="60" lang="de"');
    await waitUntil(() => texts(element)[0] === 'Handelt bis 27. Dezember 2026');
    press(element);
    await reach(element, 'disclosing');
    expect(dialogText(element)).to.contain(`Demo App darf bis zum ${dayIn(60, 'de')}.`);
  });
});

describe('what the app may do while the person is away', () => {
  it('is listed with its end, also where nothing is connected in this browser, and each button says which it ends', async () => {
    allow(first, second);
    const element = await stage.element();
    expect(element.state).to.equal('idle');
    expect(texts(element)).to.deep.equal(['Acts until December 27, 2026', 'Acts until February 1, 2027']);
    expect(inside(element, '[part=button]').textContent).to.contain('Connect with Alpaca');
    const [, end] = parts(element, 'end');
    const named = (end?.getAttribute('aria-labelledby') ?? '')
      .split(' ')
      .map((id) => element.shadowRoot?.getElementById(id)?.textContent?.replace(/\s+/g, ' ').trim())
      .join(' ');
    expect(named).to.match(/^End .*Account ending in 5678 Paper Acts until February 1, 2027$/);
    expect(element.awayPermissions.map(({ id }) => id)).to.deep.equal(['away-1', 'away-2']);
    await expect(element).to.be.accessible();
  });

  it('is listed for the environment and the provider of the element alone', async () => {
    allow(first, { ...second, environment: 'live' }, { ...second, id: 'away-3', provider: 'acme' });
    expect(texts(await stage.element())).to.have.length(1);
    expect(texts(await stage.element('environment="both"'))).to.have.length(2);
  });

  it('ends with a press, which is read out, keeps the connection, and puts the focus on no other button', async () => {
    allow(first, second);
    stage.server.connections = [paper];
    const element = await stage.element();
    const other = await stage.element();
    const [end] = parts(element, 'end');
    end?.focus();
    end?.click();
    await waitUntil(() => texts(element).length === 1);
    await waitUntil(() => statusOf(element) === 'The app no longer acts for you.');
    expect(stage.server.requests).to.contain('DELETE /away/away-1');
    expect(texts(element)).to.deep.equal(['Acts until February 1, 2027']);
    expect(element.state).to.equal('connected');
    expect(element.shadowRoot?.activeElement?.getAttribute('part')).to.equal('status');
    await waitUntil(() => texts(other).length === 1, 'the other element to hear of it');
  });

  it('takes the second click of a double click for no other one', async () => {
    allow(first, second);
    const element = await stage.element();
    const click = (detail: number) =>
      parts(element, 'end')[0]?.dispatchEvent(new MouseEvent('click', { detail, bubbles: true }));
    click(1);
    await waitUntil(() => texts(element).length === 1);
    click(2);
    await element.updateComplete;
    expect(stage.server.offer.away).to.deep.equal([second]);
  });

  it('stays in sight, with the reason, where it could not be ended', async () => {
    allow(first);
    stage.server.overrides.set('DELETE /away/away-1', () =>
      errorAnswer(401, 'access_denied', 'Sign in to this site first, then try again. Nothing was ended.'),
    );
    const element = await stage.element();
    inside(element, '[part=end]').click();
    await waitUntil(() => statusOf(element).startsWith('Sign in to this site first'));
    expect(texts(element)).to.have.length(1);
    expect(stage.events).to.contain('error access_denied');
    let code = '';
    await element.endAway('away-1').catch((error) => {
      code = error.code;
    });
    expect(code).to.equal('access_denied');
  });

  it('goes with the account that is disconnected', async () => {
    allow(first);
    stage.server.connections = [paper];
    stage.server.overrides.set('DELETE /connections/paper-1', () => {
      allow();
      stage.server.connections = [];
      return new Response(null, { status: 204 });
    });
    const element = await stage.element();
    press(element, '[part=disconnect]');
    await reach(element, 'idle');
    expect(texts(element)).to.deep.equal([]);
  });

  it('is nothing to an element of a server that does not know of it', async () => {
    const { away: _away, awayDays: _days, ...older } = stage.server.offer;
    stage.server.offer = older as typeof stage.server.offer;
    const element = await stage.element();
    expect(element.awayPermissions).to.deep.equal([]);
  });
});
