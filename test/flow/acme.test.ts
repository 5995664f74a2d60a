import type { Page } from 'puppeteer-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { serveDemoPage } from '../../demo/serve-demo-page.ts';
import { type OpenAcme, openAcme } from '../demo/acme/open-acme.ts';
import { openStage, type Stage } from '../stage.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { closed, decide, Person } from './person.ts';

/*
 * The demo's desk with a broker partner, Acme Invest, whose OAuth service is this project's own. Acme has a simulated Alpaca of its
 * own here, so that a token which went to the wrong host would be refused.
 */

let acme: OpenAcme;
let stage: Stage;
let chromium: OpenBrowser;
let person: Person;
beforeEach(async () => {
  [acme, chromium] = await Promise.all([openAcme(), openBrowser()]);
  stage = await openStage({
    pages: serveDemoPage({ simulated: true, places: ['paper', 'live', 'acme'] }),
    environment: { PROVIDERS_FILE: acme.providersFile },
  });
  acme.register(stage.url);
  person = await Person.at(chromium.browser, `${stage.url}/`);
  await person.sees('idle');
});
afterEach(async () => {
  for (const part of [chromium, stage, acme]) await part[Symbol.asyncDispose]();
});

/** Presses the button of a place and agrees to the disclosure. Resolves to the popup, once it shows this. */
async function openPopup(place: string, shows: string): Promise<Page> {
  await person.page.locator(`[data-place="${place}"] alpaca-connect >>> [part~="button"]`).click();
  const opened = new Promise<Page>((resolve) => person.page.once('popup', (page) => resolve(page as Page)));
  await person.press('Continue');
  const popup = await opened;
  await popup.waitForSelector(shows);
  return popup;
}

/** Signs in at Acme, which leads to its consent page. */
async function signIn(popup: Page, name: string): Promise<void> {
  await popup.locator(`button ::-p-text(${name})`).click();
  await popup.waitForSelector('button ::-p-text(Allow)');
}

async function allow(popup: Page, digits: string): Promise<void> {
  await popup.locator(`label ::-p-text(${digits})`).click();
  await decide(popup, 'Allow');
}

/** Waits until a part of the page says this. */
async function reads({ page }: Person, where: string, text: string): Promise<void> {
  await page.waitForFunction(
    (...[selector, wanted]) => document.querySelector(selector)?.textContent?.includes(wanted),
    { polling: 'mutation', timeout: 20_000 },
    where,
    text,
  );
}

const part = (name: string) => `.desk [data-part="${name}"]`;
const textOf = ({ page }: Person, where: string) => page.$eval(where, (found) => found.textContent ?? '');

/** What the element of a place says below its button, or beside its accounts. */
function statusOf(place: string): Promise<string> {
  return person.page.$eval(
    `[data-place="${place}"] alpaca-connect`,
    (element) => element.shadowRoot?.querySelector('[part="status"]')?.textContent ?? '',
  );
}

/** Waits until the desk is this account's, and listens to its stream. */
async function seesDesk(at: Person, name: string): Promise<void> {
  await reads(at, part('desk-name'), name);
  await reads(at, part('stream-state'), 'Streaming');
}

/** Places an order in the account that is shown, and waits until its stream has told that it is filled. */
async function place(at: Person, symbol: string, button: string): Promise<void> {
  await at.page.bringToFront();
  await at.page.locator(part('symbol')).fill(symbol);
  await reads(at, part('place'), button);
  await at.page.locator(part('place')).click();
  if (button.startsWith('Review')) await at.page.locator('dialog[open] [data-part="send"]').click();
  await reads(at, part('activity'), symbol);
  await reads(at, `${part('orders')} [data-part="rows"] > :first-child`, 'Filled at');
}

it('connects through the partner’s own sign-in and consent, and keeps its orders and its stream apart from Alpaca’s', async () => {
  await decide(await openPopup('paper', 'button ::-p-text(Allow)'), 'Allow');
  await seesDesk(person, 'Paper ••ESK1');
  const popup = await openPopup('acme', 'button ::-p-text(Maya)');
  expect(new URL(popup.url()).origin).toBe(acme.url);
  await signIn(popup, 'Maya');
  await allow(popup, '0011');
  await seesDesk(person, 'Acme Invest Live ••0011');

  // A tab for each account, so that both streams are heard at the same time.
  const paper = await person.inAnotherTab(`${stage.url}/`);
  await seesDesk(paper, 'Paper ••ESK1');
  await place(paper, 'KO', 'Buy 1 KO · Paper ••ESK1');
  await place(person, 'DIS', 'Review: Buy 1 DIS · Acme Invest Live ••0011');
  expect(await textOf(person, part('activity'))).not.toContain('KO');
  expect(await textOf(paper, part('activity'))).not.toContain('DIS');
  const orders = ({ requests }: { requests: { method: string; path: string }[] }) =>
    requests.filter(({ method }) => method === 'POST').map(({ path }) => path);
  expect(orders(acme.simulator.control)).toEqual(['/live/v2/orders']);
  expect(orders(stage.simulator.control)).toContain('/paper/v2/orders');
  expect(orders(stage.simulator.control)).not.toContain('/live/v2/orders');

  await person.press('Disconnect Acme Invest Account ending in 0011 Live');
  await seesDesk(person, 'Paper ••ESK1');
  await expect.poll(() => acme.simulator.control.streams().live, { timeout: 10_000 }).toBe(0);
  const ended = acme.control.requests.filter(({ method }) => method === 'DELETE');
  expect(ended).toMatchObject([{ path: '/v1/oauth/token/…', status: 204 }]);
  await person.page.reload();
  await seesDesk(person, 'Paper ••ESK1');
  expect(await person.page.$('.account-switch:not([hidden])')).toBeNull();
  const found = await person.page.$eval('[data-place="acme"] alpaca-connect', (it) =>
    it.getAttribute('state'),
  );
  expect(found).toBe('idle');
}, 120_000);

it('says whose page was closed, and who refused, and connects when it is tried once more', async () => {
  const first = await openPopup('acme', 'button ::-p-text(Jonas)');
  await first.close();
  await expect
    .poll(() => statusOf('acme'), { timeout: 10_000 })
    .toContain('The Acme Invest window was closed');
  const second = await openPopup('acme', 'button ::-p-text(Jonas)');
  await signIn(second, 'Jonas');
  await decide(second, 'Deny');
  await closed(second);
  await expect
    .poll(() => statusOf('acme'), { timeout: 10_000 })
    .toContain('did not allow access at Acme Invest');
  const third = await openPopup('acme', 'button ::-p-text(Allow)');
  // The account that Alpaca has not approved cannot be chosen.
  expect(await third.$$eval('input[type="radio"]:not(:disabled)', (radios) => radios.length)).toBe(1);
  await third.locator('label ::-p-text(0021)').click();
  await decide(third, 'Allow');
  await seesDesk(person, 'Acme Invest Live ••0021');
});
