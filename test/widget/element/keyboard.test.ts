import { expect } from '@open-wc/testing';
import { paper } from './fake-server.ts';
import { inside, press, reach, Stage } from './stage.ts';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.strike());

describe('<alpaca-connect> with the keyboard', () => {
  it('keeps the focus when what had it goes away', async () => {
    stage.server.connections = [paper];
    const element = await stage.element();
    inside(element, '[part=disconnect]').focus();
    press(element, '[part=disconnect]');
    await reach(element, 'idle');
    expect(element.shadowRoot?.activeElement).to.equal(inside(element, '[part=button]'));
  });

  it('keeps the focus when what had it keeps only its place', async () => {
    const element = await stage.element('disclosure="off"');
    press(element);
    const popup = await stage.atProvider();
    await reach(element, 'waiting');
    inside(element, '[part=cancel]').focus();
    stage.server.overrides.set('POST /connections', () => new Promise(() => {}));
    stage.callback(popup);
    await reach(element, 'finishing');
    expect(inside(element, '[part=cancel]').checkVisibility({ visibilityProperty: true })).to.equal(false);
    expect(element.shadowRoot?.activeElement).to.equal(inside(element, '[part=button]'));
    element.cancel();
  });

  it('gives the focus back to the button when the dialog is cancelled', async () => {
    const element = await stage.element();
    inside(element, '[part=button]').focus();
    press(element);
    await reach(element, 'disclosing');
    press(element, 'dialog .quiet');
    await reach(element, 'idle');
    expect(element.shadowRoot?.activeElement).to.equal(inside(element, '[part=button]'));
  });

  it('comes back to the title from the first stop of the integrator’s text, and from the last button', async () => {
    const element = await stage.element(
      '',
      '<p slot="disclosure"><span>Our</span> <a href="#terms">terms</a></p>',
    );
    press(element);
    await reach(element, 'disclosing');
    const title = inside(element, 'dialog h2');
    const link = element.querySelector('a') as HTMLElement;
    const main = inside(element, 'dialog .main');
    // WebKitGTK has no name for the key together with Shift.
    for (const [from, shiftKey, key, to] of [
      [link, true, 'Tab', title],
      [link, true, 'Unidentified', title],
      [title, true, 'Tab', main],
      [main, false, 'Tab', title],
    ] as const) {
      from.focus();
      const init = { key, code: 'Tab', shiftKey, bubbles: true, composed: true, cancelable: true };
      const pressed = new KeyboardEvent('keydown', init);
      from.dispatchEvent(pressed);
      expect(element.shadowRoot?.activeElement).to.equal(to);
      expect(pressed.defaultPrevented).to.equal(true);
    }
  });
});
