import { expect } from '@open-wc/testing';
import { inside, press, reach, Stage, statusOf } from './stage.ts';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.strike());

/** A popup that a provider's COOP header cuts off: it lives on, but looks closed and can be told nothing. */
class SeveredPopup {
  closed = false;
  length = 1;
  focus() {}
  close() {}
  postMessage(message: { type: string; pageNonce: string }) {
    if (message.type === 'alpaca-connect:request') {
      this.say({ type: 'alpaca-connect:started', pageNonce: message.pageNonce, attempt: 'attempt' });
    } else {
      this.closed = true;
    }
  }
  say(data: object) {
    const event = new Event('message');
    window.dispatchEvent(Object.assign(event, { data, source: this, origin: location.origin }));
  }
}

async function severed() {
  const element = await stage.element('disclosure="off"');
  const popup = new SeveredPopup();
  window.open = () => popup as unknown as Window;
  press(element);
  await new Promise((resolve) => setTimeout(resolve, 50));
  popup.say({ type: 'alpaca-connect:ready', launchNonce: 'launch' });
  await reach(element, 'waiting');
  return element;
}

describe('<alpaca-connect> with a popup that Alpaca’s page cut off', () => {
  it('waits, says so, and offers to cancel', async () => {
    const element = await severed();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(element.state).to.equal('waiting');
    expect(statusOf(element)).to.equal('Finish in the Alpaca window.');
    expect(inside(element, '[part=button]').textContent).to.contain('again');
    press(element, '[part=cancel]');
    await reach(element, 'idle');
  });

  it('connects with what the callback page left in the mailbox', async () => {
    const element = await severed();
    stage.server.mailbox.set('/mailbox/attempt', 'grant');
    await reach(element, 'connected');
    expect(stage.server.exchanged?.code).to.equal('grant');
  });

  it('opens another popup when pressed again, without asking again, and forgets the lost one', async () => {
    const element = await severed();
    element.disclosure = 'on';
    let opened = 0;
    window.open = () => {
      opened += 1;
      return new SeveredPopup() as unknown as Window;
    };
    await new Promise((resolve) => setTimeout(resolve, 300));
    press(element);
    expect(opened).to.equal(1);
    await reach(element, 'opening');
    stage.server.mailbox.set('/mailbox/attempt', 'grant');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(element.state).to.equal('opening');
    element.cancel();
  });
});
