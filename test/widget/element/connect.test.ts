import { aTimeout, expect, waitUntil } from '@open-wc/testing';
import type { AlpacaConnectElement } from '../../../widget/alpaca-connect-element.ts';
import type { AlpacaConnectedEvent } from '../../../widget/events.ts';
import { errorAnswer, paper, serverUrl } from './fake-server.ts';
import { en } from './spoken.ts';
import { inside, press, reach, Stage, statusOf } from './stage.ts';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.strike());

/** An element without the dialog, waiting for its popup at the provider. */
async function waiting(attributes = ''): Promise<{ element: AlpacaConnectElement; popup: Window }> {
  const element = await stage.element(`disclosure="off" ${attributes}`);
  press(element);
  const popup = await stage.atProvider();
  await reach(element, 'waiting');
  return { element, popup };
}

describe('<alpaca-connect> connects', () => {
  it('from the click to the account', async () => {
    const element = await stage.element('scope="trading"');
    const events: AlpacaConnectedEvent[] = [];
    element.addEventListener('alpaca-connected', (event) => events.push(event));
    stage.events.length = 0;
    press(element);
    await reach(element, 'disclosing');
    press(element, 'dialog .main');
    stage.callback(await stage.atProvider());
    await reach(element, 'connected');

    expect(stage.opened).to.deep.equal([`${serverUrl}/launch?origin=${encodeURIComponent(location.origin)}`]);
    expect(stage.server.attempt).to.include({
      environment: 'paper',
      scope: 'trading',
      origin: location.origin,
    });
    expect(stage.server.exchanged?.code).to.equal('grant');
    expect(events[0]?.connection).to.deep.equal(paper);
    expect(events[0]?.connections).to.deep.equal([paper]);
    expect(stage.events).to.deep.equal([
      'statechange disclosing',
      'statechange opening',
      'statechange waiting',
      'statechange finishing',
      'statechange connected',
      'connected',
    ]);
  });

  it('without moving what is below: its status keeps its line', async () => {
    const { element, popup } = await waiting();
    const { height } = element.getBoundingClientRect();
    let answer!: (response: Response) => void;
    const exchange = new Promise<Response>((resolve) => {
      answer = resolve;
    });
    stage.server.overrides.set('POST /connections', () => exchange);
    stage.callback(popup);
    await reach(element, 'finishing');
    expect(element.getBoundingClientRect().height).to.equal(height);
    stage.server.connections = [paper];
    answer(Response.json(paper, { status: 201 }));
    await reach(element, 'connected');
    expect(element.getBoundingClientRect().height).to.equal(height);
    const later = await stage.element();
    expect(later.state).to.equal('connected');
    expect(later.getBoundingClientRect().height).to.be.below(height);
    press(element, '[part=disconnect]');
    await reach(element, 'idle');
    expect(element.getBoundingClientRect().height).to.be.below(height);
  });

  it('an account that cannot trade, and says so in the event and to the eye', async () => {
    const closed = {
      ...paper,
      account: { ...paper.account, status: 'ACCOUNT_CLOSED', tradingBlocked: true },
    };
    stage.server.overrides.set('POST /connections', () => {
      stage.server.connections = [closed];
      return Response.json(closed, { status: 201 });
    });
    const { element, popup } = await waiting();
    const events: AlpacaConnectedEvent[] = [];
    element.addEventListener('alpaca-connected', (event) => events.push(event));
    stage.callback(popup);
    await reach(element, 'connected');
    expect(events.map(({ connection }) => connection.account)).to.deep.equal([closed.account]);
    expect(inside(element, '[part=account]').textContent).to.contain(en.cannotTrade.closed);
    expect(statusOf(element)).to.equal(en.cannotTrade.status);
  });

  it('without the mailbox when the popup can be reached', async () => {
    const { element, popup } = await waiting();
    stage.callback(popup);
    await reach(element, 'connected');
    await waitUntil(() => popup.closed);
    expect(stage.server.requests.filter((line) => line.includes('mailbox'))).to.deep.equal([]);
  });

  it('with a challenge that belongs to the verifier', async () => {
    const { element, popup } = await waiting();
    stage.callback(popup);
    await reach(element, 'connected');
    const verifier = new TextEncoder().encode(stage.server.exchanged?.codeVerifier);
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', verifier));
    const challenge = btoa(String.fromCharCode(...digest))
      .replace(/\+/g, '-')
      .replace(/\//g, '_')
      .replace(/=/g, '');
    expect(stage.server.attempt?.codeChallenge).to.equal(challenge);
  });

  it('with nothing between the click and the popup', async () => {
    const element = await stage.element();
    press(element);
    await reach(element, 'disclosing');
    expect(stage.opened).to.have.length(0);
    press(element, 'dialog .main');
    expect(stage.opened).to.have.length(1);
  });

  it('in the same turn when app code calls connect() from a click', async () => {
    const element = await stage.element('disclosure="off"');
    const connected = element.connect();
    expect(stage.opened).to.have.length(1);
    stage.callback(await stage.atProvider());
    expect(await connected).to.deep.equal(paper);
  });
});

describe('<alpaca-connect> explains', () => {
  it('a blocked popup', async () => {
    const element = await stage.element('disclosure="off"');
    window.open = () => null;
    const error = await element.connect().catch((thrown: unknown) => thrown);
    await reach(element, 'error');
    expect(error).to.include({ code: 'popup_blocked' });
    expect(statusOf(element)).to.contain('Allow pop-ups');
    expect(inside(element, '[part=button]').textContent).to.contain('Try again');
  });

  it('a popup that the person closed', async () => {
    const { element, popup } = await waiting();
    await stage.close(popup);
    await reach(element, 'error');
    expect(stage.events).to.include('error popup_closed');
  });

  it('what Alpaca refused, in the server’s words', async () => {
    const { element, popup } = await waiting();
    stage.callback(popup, { grant: 'refusal', error: { code: 'access_denied', message: 'You chose Deny.' } });
    await reach(element, 'error');
    expect(stage.events).to.include('error access_denied');
    expect(statusOf(element)).to.equal('You chose Deny.');
  });

  it('what the server refused before Alpaca', async () => {
    stage.server.overrides.set('POST /attempts', () =>
      errorAnswer(403, 'live_not_allowed', 'Only paper here.'),
    );
    const element = await stage.element('disclosure="off"');
    press(element);
    await reach(element, 'error');
    expect(statusOf(element)).to.equal('Only paper here.');
    await waitUntil(() => stage.popups[0]?.closed);
  });

  it('a browser that does not keep the cookie', async () => {
    const { element, popup } = await waiting();
    stage.server.overrides.set('POST /connections', () => Response.json(paper, { status: 201 }));
    stage.callback(popup);
    await reach(element, 'error');
    expect(stage.events).to.include('error cookies_blocked');
  });

  it('and connects at the next try', async () => {
    const { element, popup } = await waiting();
    stage.callback(popup, { grant: 'refusal', error: { code: 'access_denied', message: 'You chose Deny.' } });
    await reach(element, 'error');
    press(element);
    stage.callback(await stage.atProvider());
    await reach(element, 'connected');
    expect(statusOf(element)).to.equal('Connected to Alpaca.');
  });
});

describe('<alpaca-connect> gives up', () => {
  it('when the person cancels, and closes the popup', async () => {
    const { element, popup } = await waiting();
    press(element, '[part=cancel]');
    await reach(element, 'idle');
    expect(stage.events).to.include('error cancelled');
    await waitUntil(() => popup.closed);
  });

  it('when the signal of connect() aborts', async () => {
    const element = await stage.element('disclosure="off"');
    const caller = new AbortController();
    const connected = element.connect({ signal: caller.signal }).catch((thrown: unknown) => thrown);
    await stage.atProvider();
    caller.abort();
    expect(await connected).to.include({ code: 'cancelled' });
  });

  it('when it leaves the page', async () => {
    const { element, popup } = await waiting();
    element.remove();
    await waitUntil(() => popup.closed);
    expect(element.state).to.equal('idle');
  });

  it('but not when it only moves', async () => {
    const { element, popup } = await waiting();
    const place = document.createElement('div');
    document.body.append(place);
    place.append(element);
    await aTimeout(50);
    expect(element.state).to.equal('waiting');
    stage.callback(popup);
    await reach(element, 'connected');
    place.remove();
  });
});

describe('<alpaca-connect> has one attempt a page', () => {
  it('so a second press shows the open popup, from any element', async () => {
    const { element, popup } = await waiting();
    const other = await stage.element();
    let shown = 0;
    popup.focus = () => {
      shown += 1;
    };
    press(element);
    press(other);
    expect(shown).to.equal(2);
    expect(stage.opened).to.have.length(1);
    expect(other.state).to.equal('idle');
  });

  it('and still takes a late success of a popup that looked closed', async () => {
    const { element, popup } = await waiting();
    await stage.close(popup);
    await reach(element, 'error');
    const grants = stage.server.mailbox;
    grants.set(
      stage.server.requests.find((line) => line.startsWith('GET /mailbox'))?.slice(4) ?? '',
      'grant',
    );
    await reach(element, 'connected');
    expect(stage.events.at(-1)).to.equal('connected');
  });
});
