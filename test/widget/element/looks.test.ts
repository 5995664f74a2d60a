import { expect, waitUntil } from '@open-wc/testing';
import { errorAnswer, paper } from './fake-server.ts';
import { inside, press, reach, Stage } from './stage.ts';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.strike());

describe('<alpaca-connect> is accessible', () => {
  for (const theme of ['light', 'dark']) {
    const background = theme === 'dark' ? '#101318' : '#ffffff';

    async function accessible(attributes = '') {
      document.body.style.background = background;
      return stage.element(`theme="${theme}" ${attributes}`);
    }

    it(`when idle, ${theme}`, async () => {
      await expect(await accessible()).to.be.accessible();
    });

    it(`when it discloses, ${theme}`, async () => {
      const element = await accessible();
      press(element);
      await reach(element, 'disclosing');
      await Promise.all(
        inside(element, 'dialog')
          .getAnimations()
          .map(({ finished }) => finished),
      );
      await expect(element).to.be.accessible();
    });

    it(`when connected, ${theme}`, async () => {
      stage.server.connections = [paper, { ...paper, environment: 'live' }];
      await expect(await accessible('environment="both"')).to.be.accessible();
    });

    it(`when something went wrong, ${theme}`, async () => {
      stage.server.overrides.set('GET /connections', () => errorAnswer(500, 'internal', 'Try again.'));
      await expect(await accessible()).to.be.accessible();
    });
  }

  it('to thumbs: everything to press is 44 px high', async () => {
    const element = await stage.element();
    press(element);
    await reach(element, 'disclosing');
    const buttons = [...(element.shadowRoot?.querySelectorAll('button') ?? [])];
    expect(buttons).to.have.length(3);
    for (const button of buttons) expect(button.getBoundingClientRect().height).to.be.at.least(44);
  });

  it('to screen readers: the status is a live region before anything is said', async () => {
    const element = await stage.element();
    const before = inside(element, '[role=status]');
    press(element);
    await reach(element, 'disclosing');
    element.cancel();
    await reach(element, 'idle');
    expect(inside(element, '[role=status]')).to.equal(before);
  });
});

describe('<alpaca-connect> lives with the page', () => {
  it('without inline styles, which a CSP may forbid', async () => {
    const element = await stage.element();
    expect(element.shadowRoot?.querySelectorAll('[style], style')).to.have.length(0);
    expect(element.shadowRoot?.adoptedStyleSheets).to.have.length(1);
  });

  it('without moving what is below when it turns out to be connected', async () => {
    const idle = (await stage.element()).getBoundingClientRect().height;
    stage.server.connections = [paper];
    const connected = (await stage.element()).getBoundingClientRect().height;
    expect(connected).to.equal(idle);
  });

  it('in its colours', async () => {
    const element = await stage.element();
    element.style.setProperty('--alpaca-connect-accent', 'rgb(1, 2, 3)');
    const button = inside(element, '[part=button]');
    await waitUntil(() => getComputedStyle(button).backgroundColor === 'rgb(1, 2, 3)');
  });

  it('with its label and icon', async () => {
    const element = await stage.element('', '<span slot="label">Link it</span><svg slot="icon"></svg>');
    const slots = [...inside(element, '[part=button]').querySelectorAll('slot')];
    expect(slots.map((slot) => slot.assignedElements().length)).to.deep.equal([1, 1]);
  });
});
