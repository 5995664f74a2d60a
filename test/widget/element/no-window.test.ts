import { expect, waitUntil } from '@open-wc/testing';
import type { AlpacaConnectElement } from '../../../widget/alpaca-connect-element.ts';
import { translations } from '../../../widget/messages/translations.ts';
import { en, spoken } from './spoken.ts';
import { inside, press, reach, Stage, statusOf } from './stage.ts';

const { setTimeout: realSetTimeout, clearTimeout: realClearTimeout } = window;
/** As `LAUNCHED_WITHIN_MS`. */
const PATIENCE_MS = 15_000;

let stage: Stage;
/** What waits for the end of the patience with a window. */
let impatient: Map<number, () => void>;
beforeEach(() => {
  stage = new Stage();
  impatient = new Map();
  window.setTimeout = ((run: () => void, ms?: number) => {
    const timer = realSetTimeout(run, ms);
    if (ms === PATIENCE_MS) impatient.set(timer, run);
    return timer;
  }) as typeof window.setTimeout;
  window.clearTimeout = (timer) => {
    impatient.delete(timer as number);
    realClearTimeout(timer);
  };
});
afterEach(() => {
  window.setTimeout = realSetTimeout;
  window.clearTimeout = realClearTimeout;
  stage.strike();
});

/** Fifteen seconds pass. */
function passPatience(): void {
  for (const run of [...impatient.values()]) run();
}

/** What the person is left with. */
function expectWaysOut(element: AlpacaConnectElement): void {
  expect(inside(element, '[part=button]').textContent?.trim()).to.equal(en.label.retry);
  expect(inside<HTMLAnchorElement>(element, '[part=link]').href).to.contain('/launch?origin=');
  expect(inside(element, '[part=redirect]').textContent).to.equal(en.label.redirect);
}

describe('<alpaca-connect>, when the window shows something else than the launch page,', () => {
  it('says so, closes it, and opens a fresh one at the next press', async () => {
    const element = await stage.element('disclosure="off"');
    const { open } = window;
    window.open = () => stage.openWindow();
    press(element);
    expect(element.state).to.equal('opening');
    passPatience();
    await reach(element, 'error');
    expect(statusOf(element)).to.equal(en.error.no_window);
    expect(stage.events.at(-1)).to.equal('error timeout');
    expectWaysOut(element);
    await waitUntil(() => stage.popups[0]?.closed);

    window.open = open;
    press(element);
    expect(stage.popups).to.have.length(2);
    stage.callback(await stage.atProvider());
    await reach(element, 'connected');
  });

  it('says so of a link too', async () => {
    const element = await stage.element('disclosure="off"');
    const { open } = window;
    window.open = () => null;
    press(element);
    await reach(element, 'error');
    inside(element, '[part=link]').addEventListener('click', (event) => event.preventDefault());
    press(element, '[part=link]');
    await reach(element, 'opening');
    passPatience();
    await reach(element, 'error');
    expect(statusOf(element)).to.equal(en.error.no_window);
    window.open = open;
    press(element);
    stage.callback(await stage.atProvider());
    await reach(element, 'connected');
  });

  it('says so in the language of the page', async () => {
    stage.server.overrides.set('GET /messages/de.json', () => Response.json(translations.de));
    const element = await stage.element('disclosure="off" lang="de"');
    await waitUntil(() => inside(element, '[part=button]').textContent?.includes('Alpaca verbinden'));
    window.open = () => stage.openWindow();
    press(element);
    passPatience();
    await reach(element, 'error');
    expect(statusOf(element)).to.equal(spoken.de.error.no_window);
  });

  it('says so of one that something closed before it showed anything', async () => {
    const element = await stage.element('disclosure="off"');
    window.open = () => stage.openWindow();
    press(element);
    await stage.close(stage.popups[0] as Window);
    await reach(element, 'error');
    expect(stage.events.at(-1)).to.equal('error popup_closed');
    expect(statusOf(element)).to.equal(en.error.no_window);
    expectWaysOut(element);
  });

  it('has patience once the launch page has spoken', async () => {
    const element = await stage.element('disclosure="off"');
    press(element);
    const popup = await stage.atProvider();
    await reach(element, 'waiting');
    passPatience();
    expect(element.state).to.equal('waiting');
    stage.callback(popup);
    await reach(element, 'connected');
  });
});

describe('<alpaca-connect> tells the person and shows the link, where opening a window', () => {
  for (const [answer, open] of [
    ['answers null', () => null],
    ['answers undefined', () => undefined],
    ['answers a window that is closed already', () => ({ closed: true, close() {} })],
    ['answers something that is no window', () => ({})],
    [
      'throws',
      () => {
        throw new Error('Not implemented');
      },
    ],
  ] as [string, () => Window | null][]) {
    it(answer, async () => {
      const element = await stage.element('disclosure="off"');
      window.open = open;
      press(element);
      await reach(element, 'error');
      expect(stage.events.at(-1)).to.equal('error popup_blocked');
      expect(statusOf(element)).to.equal(en.error.popup_blocked);
      expectWaysOut(element);
    });
  }
});
