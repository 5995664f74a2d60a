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

  it('gives the focus back to the button when the dialog is cancelled', async () => {
    const element = await stage.element();
    inside(element, '[part=button]').focus();
    press(element);
    await reach(element, 'disclosing');
    press(element, 'dialog .quiet');
    await reach(element, 'idle');
    expect(element.shadowRoot?.activeElement).to.equal(inside(element, '[part=button]'));
  });
});
