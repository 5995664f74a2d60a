import { expect, fixture, waitUntil } from '@open-wc/testing';
import type { AlpacaConnectElement } from '../../../widget/alpaca-connect-element.ts';
import { errorAnswer, paper, serverUrl } from './fake-server.ts';
import { inside, press, reach, Stage, statusOf } from './stage.ts';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.strike());

const revokedAt = '2026-08-02T12:00:00Z';

describe('<alpaca-connect> shows', () => {
  it('a button while it loads, that does nothing yet', async () => {
    stage.server.overrides.set('GET /connections', () => new Promise(() => {}));
    const element = await fixture<AlpacaConnectElement>(
      `<alpaca-connect server="${serverUrl}"></alpaca-connect>`,
    );
    expect(element.getAttribute('state')).to.equal('loading');
    expect(inside(element, '[part=button]').getAttribute('aria-disabled')).to.equal('true');
    press(element);
    expect(element.state).to.equal('loading');
  });

  it('the button when nothing is connected', async () => {
    const element = await stage.element();
    expect(element.getAttribute('state')).to.equal('idle');
    expect(inside(element, '[part=button]').textContent).to.contain('Connect with Alpaca');
  });

  it('the account with its last four digits only, and its environment', async () => {
    stage.server.connections = [paper];
    const element = await stage.element();
    const account = inside(element, '[part=account]').textContent ?? '';
    expect(account).to.contain('•••• 1234').and.to.contain('Paper');
    expect(element.shadowRoot?.textContent).not.to.contain('PA3X9');
    expect(element.connections).to.deep.equal([paper]);
  });

  it('both accounts when it is for both environments', async () => {
    stage.server.connections = [paper, { ...paper, environment: 'live', revokedAt }];
    const element = await stage.element('environment="both"');
    expect(element.shadowRoot?.querySelectorAll('[part=account]')).to.have.length(2);
    expect(element.state).to.equal('connected');
  });

  it('nothing of the other environment', async () => {
    stage.server.connections = [{ ...paper, environment: 'live' }];
    const element = await stage.element();
    expect(element.state).to.equal('idle');
    element.environment = 'live';
    await reach(element, 'connected');
  });

  it('Reconnect when Alpaca revoked the connection', async () => {
    stage.server.connections = [{ ...paper, revokedAt }];
    const element = await stage.element();
    expect(element.state).to.equal('expired');
    expect(inside(element, '[part=button]').textContent).to.contain('Reconnect');
  });

  it('why it cannot load, and loads at the next try', async () => {
    stage.server.overrides.set('GET /connections', () =>
      errorAnswer(403, 'origin_not_allowed', 'Add this site.'),
    );
    const element = await stage.element();
    expect(element.state).to.equal('error');
    expect(statusOf(element)).to.equal('Add this site.');
    stage.server.overrides.clear();
    press(element);
    await reach(element, 'disclosing');
  });

  for (const disclosure of ['on', 'off']) {
    it(`the account when the first look failed and the second does not, with disclosure="${disclosure}"`, async () => {
      stage.server.overrides.set('GET /connections', () => Promise.reject(new TypeError('offline')));
      const element = await stage.element(`disclosure="${disclosure}"`);
      expect(element.state).to.equal('error');
      press(element);
      await reach(element, 'error');
      stage.server.overrides.clear();
      stage.server.connections = [paper];
      stage.events.length = 0;
      expect(await element.connect()).to.deep.equal(paper);
      expect(stage.events).to.deep.equal(['statechange loading', 'statechange connected']);
      expect(stage.opened).to.deep.equal([]);
    });
  }

  it('the way to Alpaca when the first look failed and the second finds no account', async () => {
    stage.server.overrides.set('GET /connections', () => Promise.reject(new TypeError('offline')));
    const element = await stage.element('disclosure="off"');
    stage.server.overrides.clear();
    press(element);
    await waitUntil(() => stage.popups.length > 0);
    stage.callback(await stage.atProvider());
    await reach(element, 'connected');
  });

  it('that something else answered in the place of its server, with the status', async () => {
    stage.server.overrides.set('GET /connections', () => pageOfAnEdge(502));
    const element = await stage.element();
    expect(element.state).to.equal('error');
    expect(statusOf(element)).to.contain('answered instead (HTTP 502)');
    expect(stage.events).to.include('error network');
  });

  for (const status of [503, 200]) {
    it(`the same of an attempt that something else answered with ${status}`, async () => {
      stage.server.overrides.set('POST /attempts', () => pageOfAnEdge(status));
      const element = await stage.element('disclosure="off"');
      press(element);
      await reach(element, 'error');
      expect(statusOf(element)).to.contain(`answered instead (HTTP ${status})`);
    });
  }

  it('the developer what is missing without a server', async () => {
    const element = await fixture<AlpacaConnectElement>('<alpaca-connect></alpaca-connect>');
    await waitUntil(() => element.state === 'error');
    await element.updateComplete;
    expect(stage.events).to.include('error config_invalid');
    expect(statusOf(element)).to.contain('server="https://');
  });

  it('what another server says when the attribute changes', async () => {
    const element = await stage.element();
    stage.server.connections = [paper];
    element.server = '/alpaca/';
    await reach(element, 'connected');
  });
});

function pageOfAnEdge(status: number): Response {
  return new Response('<!doctype html><h1>Bad gateway</h1>', { status });
}

describe('<alpaca-connect> disconnects', () => {
  it('and tells the page', async () => {
    stage.server.connections = [paper];
    const element = await stage.element();
    press(element, '[part=disconnect]');
    await reach(element, 'idle');
    expect(stage.server.requests).to.include('DELETE /connections/paper-1');
    expect(stage.events.at(-1)).to.equal('disconnected');
  });

  it('or says why it could not, and stays connected', async () => {
    stage.server.connections = [paper];
    stage.server.overrides.set('DELETE /connections/paper-1', () => Promise.reject(new TypeError('offline')));
    const element = await stage.element();
    const error = await element.disconnect().catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'network' });
    await element.updateComplete;
    expect(element.state).to.equal('connected');
    expect(statusOf(element)).to.contain('could not be reached');
  });
});

describe('<alpaca-connect>.fetch()', () => {
  it('answers what Alpaca answered', async () => {
    stage.server.overrides.set('GET /paper/v2/account', () => Response.json({ cash: '1' }));
    const element = await stage.element();
    const response = await element.fetch('paper', '/v2/account');
    expect(await response.json()).to.deep.equal({ cash: '1' });
  });

  it('turns to expired when Alpaca revoked the connection, and leaves the answer readable', async () => {
    stage.server.connections = [paper];
    const answer = () => errorAnswer(401, 'connection_revoked', 'Reconnect.');
    stage.server.overrides.set('GET /paper/v2/account', answer);
    const element = await stage.element();
    // The server marks the connection when it gets that answer.
    stage.server.connections = [{ ...paper, revokedAt }];
    const response: Response = await element.fetch('paper', '/v2/account');
    expect(element.state).to.equal('expired');
    expect((await response.json()).code).to.equal('connection_revoked');
  });

  it('does not mind other refusals', async () => {
    stage.server.connections = [paper];
    stage.server.overrides.set('GET /paper/v2/account', () =>
      Response.json({ code: 40110000 }, { status: 401 }),
    );
    const element = await stage.element();
    await element.fetch('paper', '/v2/account');
    expect(element.state).to.equal('connected');
  });
});
