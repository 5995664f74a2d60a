import { expect, fixture, waitUntil } from '@open-wc/testing';
import type { AlpacaConnectElement } from '../../../widget/alpaca-connect-element.ts';
import { elementSetup } from '../../../widget/messages/en.ts';
import { inside, press, reach, Stage, statusOf } from './stage.ts';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.strike());

/** The code that `connect()` rejects with. */
async function refusal(element: AlpacaConnectElement): Promise<unknown> {
  return element.connect().then(
    () => 'connected',
    ({ code }: { code: string }) => code,
  );
}

/** Whether the person can still use the page. */
function isUsable(): boolean {
  const field = document.createElement('input');
  document.body.append(field);
  field.focus();
  const usable = document.activeElement === field;
  field.remove();
  return usable;
}

describe('<alpaca-connect> never makes the page inert behind nothing, and tells the developer,', () => {
  for (const style of ['display: none', 'content-visibility: hidden']) {
    it(`inside of ${style}`, async () => {
      const element = await stage.element();
      const around = await fixture<HTMLElement>(`<div style="${style}"></div>`);
      around.append(element);
      expect(await refusal(element)).to.equal('config_invalid');
      await reach(element, 'error');
      expect(statusOf(element)).to.equal(elementSetup.unseen);
      expect(inside(element, 'dialog').matches(':modal')).to.equal(false);
      expect(isUsable()).to.equal(true);
    });
  }

  it('when the element itself is hidden', async () => {
    const element = await stage.element('hidden');
    expect(await refusal(element)).to.equal('config_invalid');
    expect(isUsable()).to.equal(true);
  });

  it('when it is in no document', async () => {
    const element = await stage.element();
    element.remove();
    expect(await refusal(element)).to.equal('config_invalid');
    expect(isUsable()).to.equal(true);
  });
});

describe('<alpaca-connect> asks', () => {
  for (const style of [
    'display: contents',
    'visibility: hidden',
    'opacity: 0',
    'display: block; height: 0; overflow: hidden',
  ]) {
    it(`where its dialog can be seen, with ${style} on the element`, async () => {
      const element = await stage.element(`style="${style}"`);
      void refusal(element);
      await reach(element, 'disclosing');
      const dialog = inside<HTMLDialogElement>(element, 'dialog');
      expect(dialog.matches(':modal')).to.equal(true);
      expect(dialog.checkVisibility({ visibilityProperty: true })).to.equal(true);
    });
  }

  it('no longer when the view around it is hidden', async () => {
    const around = await fixture<HTMLElement>('<div></div>');
    const element = await stage.element();
    around.append(element);
    press(element);
    await reach(element, 'disclosing');
    around.style.display = 'none';
    await reach(element, 'idle');
    expect(stage.events.at(-1)).to.equal('error cancelled');
    await waitUntil(isUsable);
  });
});
