import { aTimeout, expect } from '@open-wc/testing';
import { inside, press, reach, Stage } from './stage.ts';

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

  it('the integrator’s text instead, as text', async () => {
    stage.server.offer = { ...stage.server.offer, disclosure: 'Authorize <b>Demo</b>.' };
    const { dialog } = await disclosing();
    expect(dialog.querySelector('slot p')?.textContent).to.equal('Authorize <b>Demo</b>.');
  });

  it('what is in the slot instead of both', async () => {
    const { dialog } = await disclosing('', '<p slot="disclosure">Our own words.</p>');
    const slot = dialog.querySelector<HTMLSlotElement>('slot[name=disclosure]');
    expect(slot?.assignedElements()[0]?.textContent).to.equal('Our own words.');
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
