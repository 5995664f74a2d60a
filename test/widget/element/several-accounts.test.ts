import { expect, waitUntil } from '@open-wc/testing';
import type { Connection } from '../../../server/contract.ts';
import type { AlpacaConnectElement } from '../../../widget/alpaca-connect-element.ts';
import type { AlpacaDisconnectedEvent } from '../../../widget/events.ts';
import { paper, serverUrl } from './fake-server.ts';
import { inside, press, reach, Stage, statusOf } from './stage.ts';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.strike());

const second: Connection = {
  ...paper,
  id: 'paper-2',
  account: { ...paper.account, id: 'second', number: 'PA3X9ZQK5678' },
};
const live: Connection = {
  ...paper,
  id: 'live-1',
  environment: 'live',
  account: { ...paper.account, id: 'live', number: '938475610' },
};

const rows = (element: AlpacaConnectElement) => [
  ...(element.shadowRoot?.querySelectorAll('.list > li') ?? []),
];
const digits = (element: AlpacaConnectElement) =>
  rows(element).map((row) => /\d{4}/.exec(row.textContent ?? '')?.[0]);
const label = (element: AlpacaConnectElement) => inside(element, '[part=button]').textContent?.trim();

function disconnectOf(element: AlpacaConnectElement, row: number): HTMLButtonElement {
  return rows(element)[row]?.querySelector('[part=disconnect]') as HTMLButtonElement;
}

/** What a screen reader calls a button, by its `aria-labelledby`. */
function nameOf(element: AlpacaConnectElement, button: HTMLElement): string {
  const ids = button.getAttribute('aria-labelledby')?.split(' ') ?? [];
  const texts = ids.map((id) => {
    const part = element.shadowRoot?.getElementById(id)?.cloneNode(true) as HTMLElement;
    for (const hidden of part.querySelectorAll('[aria-hidden]')) hidden.remove();
    return part.textContent ?? '';
  });
  return texts.join(' ').replace(/\s+/g, ' ').trim();
}

describe('<alpaca-connect multiple>', () => {
  it('without an account is the button that it is without the attribute', async () => {
    const element = await stage.element('multiple');
    expect(rows(element)).to.have.length(0);
    expect(label(element)).to.equal('Connect with Alpaca');
  });

  it('lists each account with a button that says which one it disconnects', async () => {
    stage.server.connections = [paper, second, live];
    const element = await stage.element('multiple environment="both"');
    expect(digits(element)).to.deep.equal(['1234', '5678', '5610']);
    expect(rows(element).map((_, row) => nameOf(element, disconnectOf(element, row)))).to.deep.equal([
      'Disconnect Account ending in 1234 Paper',
      'Disconnect Account ending in 5678 Paper',
      'Disconnect Account ending in 5610 Live',
    ]);
    expect(label(element)).to.equal('Add an account');
    expect(statusOf(element)).to.equal('Connected accounts: 3.');
    await expect(element).to.be.accessible();
  });

  it('adds an account beside the others, which stay in sight meanwhile', async () => {
    stage.server.connections = [paper];
    stage.server.consented = second;
    const element = await stage.element('multiple disclosure="off"');
    press(element);
    await reach(element, 'opening');
    expect(digits(element)).to.deep.equal(['1234']);
    stage.callback(await stage.atProvider());
    await reach(element, 'connected');
    expect(stage.server.exchanged?.keep).to.equal(true);
    expect(digits(element)).to.deep.equal(['1234', '5678']);
    expect(statusOf(element)).to.equal('Connected accounts: 2.');
    expect(element.connections.map(({ id }) => id)).to.deep.equal(['paper-1', 'paper-2']);
  });

  it('leaves out the attribute where an account takes the place of the other', async () => {
    stage.server.connections = [paper];
    const element = await stage.element('disclosure="off"');
    element.connect().catch(() => {});
    stage.callback(await stage.atProvider());
    await reach(element, 'connected');
    expect(stage.server.exchanged).not.to.have.property('keep');
  });

  it('disconnects the one that was meant, and leaves the focus where a second press disconnects no other', async () => {
    stage.server.connections = [paper, second, live];
    const element = await stage.element('multiple environment="both"');
    const told: AlpacaDisconnectedEvent[] = [];
    element.addEventListener('alpaca-disconnected', (event) => told.push(event));
    disconnectOf(element, 1).focus();
    disconnectOf(element, 1).click();
    await waitUntil(() => rows(element).length === 2);
    expect(stage.server.requests.filter((line) => line.startsWith('DELETE'))).to.deep.equal([
      'DELETE /connections/paper-2',
    ]);
    expect(digits(element)).to.deep.equal(['1234', '5610']);
    expect(told[0]?.connections).to.deep.equal([second]);
    expect(told[0]?.environments).to.deep.equal(['paper']);
    expect(element.state).to.equal('connected');
    expect(statusOf(element)).to.equal('Connected accounts: 2.');
    expect(element.shadowRoot?.activeElement).to.equal(inside(element, '[part=button]'));
  });

  it('takes the second click of a double click for no other account', async () => {
    stage.server.connections = [paper, second];
    const element = await stage.element('multiple');
    disconnectOf(element, 0).dispatchEvent(new MouseEvent('click', { detail: 1, bubbles: true }));
    await waitUntil(() => rows(element).length === 1);
    disconnectOf(element, 0).dispatchEvent(new MouseEvent('click', { detail: 2, bubbles: true }));
    await element.updateComplete;
    expect(digits(element)).to.deep.equal(['5678']);
    expect(stage.server.connections).to.deep.equal([second]);
  });

  it('offers no further account where there is no room', async () => {
    stage.server.connections = [paper, second];
    stage.server.offer = { ...stage.server.offer, connectionsPerSession: 2 };
    const element = await stage.element('multiple');
    expect(element.shadowRoot?.querySelector('[part=button]')).to.equal(null);
    disconnectOf(element, 0).click();
    await waitUntil(() => rows(element).length === 1);
    await element.updateComplete;
    expect(label(element)).to.equal('Add an account');
  });

  it('tells the page when another tab adds or removes one, although it stays connected', async () => {
    stage.server.connections = [paper];
    const element = await stage.element('multiple');
    stage.events.length = 0;
    const another = new BroadcastChannel(`alpaca-connect:${serverUrl}`);
    for (const connections of [[paper, second], [second], [second]]) {
      stage.server.connections = connections;
      const asked = stage.server.requests.length;
      another.postMessage(0);
      await waitUntil(() => stage.server.requests.length > asked);
      await waitUntil(() => rows(element).length === connections.length);
    }
    another.close();
    expect(element.connections).to.deep.equal([second]);
    expect(stage.events).to.deep.equal(['statechange connected', 'statechange connected']);
  });

  it('marks one that Alpaca no longer accepts, among others and alone', async () => {
    const revoked = { ...paper, revokedAt: '2026-08-02T00:00:00Z' };
    stage.server.connections = [revoked, second];
    const element = await stage.element('multiple');
    expect(element.state).to.equal('connected');
    expect(rows(element)[0]?.textContent).to.contain('Reconnect needed');
    expect(rows(element)[1]?.textContent).not.to.contain('Reconnect needed');
    disconnectOf(element, 1).click();
    await reach(element, 'expired');
    expect(rows(element)).to.have.length(1);
    expect(label(element)).to.equal('Reconnect');
  });
});

describe('a request through the element', () => {
  it('names the account that is meant', async () => {
    stage.server.connections = [paper, second];
    const element = await stage.element('multiple');
    const seen: Headers[] = [];
    const { fetch } = window;
    window.fetch = async (_, init) => {
      seen.push(new Headers(init?.headers));
      return Response.json({});
    };
    await element.fetch('paper', '/v2/account', { connection: 'paper-2' });
    await element.fetch('paper', '/v2/account');
    window.fetch = fetch;
    expect(seen.map((headers) => headers.get('X-Alpaca-Connection'))).to.deep.equal(['paper-2', null]);
  });
});

describe('<alpaca-connect provider>', () => {
  const acme: Connection = {
    ...live,
    id: 'acme-1',
    provider: 'acme',
    account: { ...live.account, number: '555501777' },
  };
  beforeEach(() => {
    const environments = ['paper', 'live'] as ('paper' | 'live')[];
    stage.server.offer = {
      ...stage.server.offer,
      providers: [
        { id: 'alpaca', name: 'Alpaca', environments, scopes: ['trading', 'data'] },
        { id: 'acme', name: 'Acme Invest', environments: ['live'], scopes: ['trading'] },
      ],
    };
  });

  it('says in the dialog of a partner what its entry says, and the app’s own text elsewhere', async () => {
    stage.server.offer.disclosure = 'What the app says.';
    const [alpaca, acme] = stage.server.offer.providers;
    if (alpaca && acme)
      stage.server.offer.providers = [alpaca, { ...acme, disclosure: 'What Acme wants said.' }];
    for (const [provider, said, unsaid] of [
      ['acme', 'What Acme wants said.', 'What the app says.'],
      ['alpaca', 'What the app says.', 'What Acme wants said.'],
    ] as const) {
      const element = await stage.element(`provider="${provider}" environment="live"`);
      press(element);
      await reach(element, 'disclosing');
      expect(inside(element, 'dialog').textContent).to.contain(said);
      expect(inside(element, 'dialog').textContent).not.to.contain(unsaid);
      element.cancel();
      element.remove();
    }
  });

  it('names the broker partner on the button, in the dialog and in what went wrong', async () => {
    const element = await stage.element('provider="acme" environment="live"');
    expect(inside(element, '[part=button]').textContent).to.contain('Connect with Acme Invest');
    press(element);
    await reach(element, 'disclosing');
    const dialog = inside(element, 'dialog');
    expect(inside(element, 'dialog h2').textContent).to.equal('Connect your Acme Invest account to Demo App');
    expect(dialog.textContent).to.contain('was not developed by Acme Invest or by Alpaca');
    expect(dialog.textContent).not.to.contain('market data');
    expect(dialog.textContent).not.to.contain('{provider}');
    press(element, 'dialog .main');
    stage.callback(await stage.atProvider(), {
      grant: 'grant',
      error: { code: 'access_denied', message: 'No.' },
    });
    await reach(element, 'error');
    expect(stage.server.attempt?.provider).to.equal('acme');
  });

  it('shows and disconnects its own accounts, and leaves those of others alone', async () => {
    stage.server.connections = [live, acme];
    const own = await stage.element('environment="live"');
    const partner = await stage.element('provider="acme" environment="live"');
    expect(own.connections).to.deep.equal([live]);
    expect(partner.connections).to.deep.equal([acme]);
    expect(inside(partner, '[part=account]').textContent).to.match(/Acme Invest[\s\S]*1777/);
    expect(inside(own, '[part=account]').textContent).not.to.contain('Alpaca');
    press(partner, '[part=disconnect]');
    await reach(partner, 'idle');
    expect(stage.server.connections).to.deep.equal([live]);
    expect(own.state).to.equal('connected');
  });

  it('asks for Alpaca itself without a name, as servers of before know it', async () => {
    const element = await stage.element('disclosure="off"');
    press(element);
    stage.callback(await stage.atProvider());
    await reach(element, 'connected');
    expect(stage.server.attempt).not.to.have.property('provider');
  });

  it('is Alpaca where a framework sets nothing', async () => {
    const element = await stage.element();
    for (const nothing of [null, undefined, ''] as unknown as string[]) {
      element.provider = nothing;
      await element.updateComplete;
      expect(element.provider).to.equal('alpaca');
    }
  });
});
