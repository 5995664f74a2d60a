import { expect } from '@open-wc/testing';
import type { AlpacaConnectElement } from '../../../widget/alpaca-connect-element.ts';
import { paper, serverUrl } from './fake-server.ts';
import { inside, reach, Stage } from './stage.ts';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.strike());

const label = (element: AlpacaConnectElement) => inside(element, '[part=button]').textContent?.trim();

/** What JavaScript may set, whatever the types say. */
type Loose = Record<string, unknown>;

/** Every property that is an attribute too: its default, and another value. */
const settings = [
  ['server', null, '/elsewhere'],
  ['environment', 'paper', 'live'],
  ['scope', null, 'data'],
  ['mode', 'auto', 'redirect'],
  ['theme', 'auto', 'dark'],
  ['disclosure', 'on', 'off'],
] as const;

describe('<alpaca-connect> has properties', () => {
  for (const [name, fallback, value] of settings) {
    it(`${name}, which reads and writes the attribute`, async () => {
      const element = await stage.element();
      const loose = element as unknown as Loose;
      element.removeAttribute(name);
      expect(loose[name]).to.equal(fallback);
      element.setAttribute(name, value);
      expect(loose[name]).to.equal(value);
      element.removeAttribute(name);
      expect(loose[name]).to.equal(fallback);
      loose[name] = value;
      expect(loose[name]).to.equal(value);
      await element.updateComplete;
      expect(element.getAttribute(name)).to.equal(value);
    });

    for (const nothing of [null, undefined]) {
      it(`${name}, which ${nothing} resets`, async () => {
        const element = await stage.element(`${name}="${value}"`);
        const loose = element as unknown as Loose;
        loose[name] = nothing;
        await element.updateComplete;
        expect(loose[name]).to.equal(fallback);
        expect(element.getAttribute(name)).to.be.oneOf([fallback, null]);
      });
    }
  }

  it('and none of them shows as an attribute before it is set', async () => {
    const element = await stage.element();
    expect(element.getAttributeNames().sort()).to.deep.equal(['server', 'state']);
  });

  it('messages, which null resets, and which may be the same object with other sentences', async () => {
    const element = await stage.element();
    const messages = { label: { connect: 'Link Alpaca' } };
    element.messages = messages;
    await element.updateComplete;
    expect(label(element)).to.equal('Link Alpaca');
    messages.label.connect = 'Link it';
    element.messages = messages;
    await element.updateComplete;
    expect(label(element)).to.equal('Link it');
    (element as unknown as Loose)['messages'] = null;
    await element.updateComplete;
    expect(element.messages).to.deep.equal({});
    expect(label(element)).to.equal('Connect with Alpaca');
  });

  it('that count when they were set before the element was defined, null and undefined included', async () => {
    // An element that is not upgraded yet is one without our class: what is set becomes its own property.
    class Late extends (customElements.get('alpaca-connect') as typeof AlpacaConnectElement) {}
    const early = document.createElement('late-connect') as AlpacaConnectElement;
    Object.assign(early, { server: serverUrl, environment: 'live', theme: null, mode: undefined });
    Object.assign(early, { messages: { label: { connect: 'Link Alpaca' } } });
    document.body.append(early);
    stage.server.connections = [paper];
    customElements.define('late-connect', Late);
    await reach(early, 'idle');
    expect([early.environment, early.theme, early.mode]).to.deep.equal(['live', 'auto', 'auto']);
    expect(Object.keys(early)).not.to.include.members(['server', 'environment']);
    expect(label(early)).to.contain('Link Alpaca');
    early.remove();
  });

  it('that are at their defaults already when connect() follows at once', async () => {
    const element = await stage.element('environment="live" mode="redirect" disclosure="off"');
    Object.assign(element, { environment: null, mode: undefined, disclosure: 'off' });
    element.connect().catch(() => {});
    expect(stage.opened).to.have.length(1);
    await stage.atProvider();
    expect(stage.server.attempt?.environment).to.equal('paper');
    element.cancel();
  });

  it('state, which is an attribute by the time its event is heard', async () => {
    const seen: (string | null)[] = [];
    const element = await stage.element('disclosure="off"');
    element.addEventListener('alpaca-statechange', ({ state }) => {
      seen.push(state, element.state, element.getAttribute('state'));
    });
    element.connect().catch(() => {});
    expect(seen).to.deep.equal(['opening', 'opening', 'opening']);
    element.cancel();
    await reach(element, 'idle');
  });

  it('server, which counts after an attempt when it changed meanwhile', async () => {
    const element = await stage.element('disclosure="off"');
    element.connect().catch(() => {});
    element.server = `${serverUrl}/`;
    await reach(element, 'opening');
    const asked = () => stage.server.requests.filter((line) => line === 'GET /connections').length;
    const before = asked();
    element.cancel();
    await reach(element, 'idle');
    expect(asked()).to.equal(before + 1);
  });
});
