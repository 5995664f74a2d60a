import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serveDemoPage } from '../../demo/serve-demo-page.ts';
import { openStage, type Stage } from '../stage.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { decide, Person } from './person.ts';

let chromium: OpenBrowser;
beforeAll(async () => {
  chromium = await openBrowser();
});
afterAll(() => chromium[Symbol.asyncDispose]());

// One for each test: a stream stays open for a while after its last listener left, and would count in the next.
let stage: Stage;
beforeEach(async () => {
  stage = await openStage({
    pages: serveDemoPage({ simulated: true, places: ['paper', 'live'] }),
  });
});
afterEach(async () => {
  await Promise.all(people.splice(0).map(({ page }) => page.browserContext().close()));
  await stage[Symbol.asyncDispose]();
});

/** Those of the running test, each with a profile of their own. */
const people: Person[] = [];

const PAPER = '[data-environment="paper"]';
const LIVE = '[data-environment="live"]';

async function atThePage(): Promise<Person> {
  const person = await Person.at(chromium.browser, `${stage.url}/`);
  people.push(person);
  await person.sees('idle');
  return person;
}

/** Somebody whose paper desk is connected and hears its stream. */
async function atTheDesk(): Promise<Person> {
  const person = await atThePage();
  await allow(person, PAPER);
  await seesStreaming(person);
  return person;
}

/** Connects the account of one desk. */
async function allow(person: Person, desk: string, account?: string): Promise<void> {
  await person.page.locator(`${desk} alpaca-connect >>> [part~="button"]`).click();
  const opened = new Promise<Page>((resolve) => person.page.once('popup', (page) => resolve(page as Page)));
  await person.press('Continue');
  const popup = await opened;
  await popup.waitForSelector('button');
  if (account) await (await popup.waitForSelector(`label ::-p-text(${account})`))?.click();
  await decide(popup, 'Allow');
}

function seesStreaming(person: Person): Promise<void> {
  return sees(person, '[data-part="stream-state"]', 'Streaming');
}

/** Waits until a part of the paper desk says this. In a tab behind another, timers and frames come late; mutations do not. */
async function sees({ page }: Person, part: string, text: string): Promise<void> {
  await page.waitForFunction(
    (...[where, wanted]) => document.querySelector(where)?.textContent?.includes(wanted),
    { polling: 'mutation', timeout: 20_000 },
    `${PAPER} ${part}`,
    text,
  );
}

/** Waits until the newest order of a desk reads like this. */
function seesOrder(person: Person, name: string, state: string, desk = PAPER): Promise<unknown> {
  return person.page.waitForFunction(
    (...[where, wantedName, wantedState]) => {
      const row = document.querySelector(where);
      const part = (name: string) => row?.querySelector(`[data-part="${name}"]`)?.textContent ?? '';
      return part('order') === wantedName && part('state').startsWith(wantedState);
    },
    { polling: 50, timeout: 20_000 },
    `${desk} [data-part="orders"] [data-part="rows"] > :first-child`,
    name,
    state,
  );
}

async function draft({ page }: Person, symbol: string, quantity: number, desk = PAPER): Promise<void> {
  for (const [field, value] of [
    ['symbol', symbol],
    ['qty', `${quantity}`],
  ]) {
    await page.locator(`${desk} [data-part="${field}"]`).fill(value ?? '');
  }
}

async function place(person: Person, symbol: string, quantity: number, desk = PAPER): Promise<void> {
  await draft(person, symbol, quantity, desk);
  await person.page.locator(`${desk} [data-part="place"]`).click();
}

/** How often the page asked Alpaca this since the simulator was reset. */
function asked(method: string, path: string): number {
  return stage.simulator.control.requests.filter((one) => one.method === method && one.path === path).length;
}

/** Orders of the paper account that may still fill, newest first. */
async function openOrders(): Promise<string[]> {
  const { simulator } = stage;
  const token = simulator.control.issueToken({ accountNumbers: ['PA3SIM0DESK1'], scope: 'trading' });
  const answer = await fetch(`${simulator.paperUrl}/v2/orders?status=open`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  return ((await answer.json()) as { id: string; symbol: string }[]).map(({ id }) => id);
}

describe('the trading desk', () => {
  it('shows an order work and fill, without a reload and without asking for it', async () => {
    const person = await atTheDesk();
    const { control } = stage.simulator;
    control.reset();
    control.fillsHeld = true;
    await place(person, 'MSFT', 3);
    await seesOrder(person, 'Buy 3 MSFT', 'Working');
    const [id = ''] = await openOrders();
    control.log.clear();
    control.fillOrder(id, { qty: 1 });
    await seesOrder(person, 'Buy 3 MSFT', '1 of 3 filled');
    control.fillOrder(id);
    await seesOrder(person, 'Buy 3 MSFT', 'Filled at');
    await sees(person, '[data-part="activity"]', 'MSFT');
    expect(asked('GET', '/paper/v2/orders')).toBe(0);
  });

  it('sends an order once, however often one clicks', async () => {
    const person = await atTheDesk();
    stage.simulator.control.reset();
    await draft(person, 'NVDA', 2);
    await person.page.locator(`${PAPER} [data-part="place"]`).click({ count: 5 });
    await seesOrder(person, 'Buy 2 NVDA', 'Filled at');
    expect(asked('POST', '/paper/v2/orders')).toBe(1);
  });

  it('sends another order at once, while the button still says that the last one was sent', async () => {
    const person = await atTheDesk();
    stage.simulator.control.reset();
    await place(person, 'NVDA', 2);
    await sees(person, '[data-part="place"]', 'Sent');
    await place(person, 'NVDA', 1);
    await seesOrder(person, 'Buy 1 NVDA', 'Filled at');
    expect(asked('POST', '/paper/v2/orders')).toBe(2);
  });

  it('says why Alpaca refused an order', async () => {
    const person = await atTheDesk();
    await place(person, 'SPY', 100_000);
    await sees(person, '[data-part="refusal"]', 'buying power');
  });

  it('follows an order that another tab placed, on one stream from Alpaca', async () => {
    const first = await atTheDesk();
    const second = await first.inAnotherTab(`${stage.url}/`);
    await seesStreaming(second);
    expect(stage.simulator.control.streams().paper).toBe(1);
    await place(second, 'AMZN', 4);
    for (const tab of [first, second]) await seesOrder(tab, 'Buy 4 AMZN', 'Filled at');
    await second.page.close();
  });

  it('recovers in every tab when Alpaca drops the stream, and misses nothing', async () => {
    const first = await atTheDesk();
    const second = await first.inAnotherTab(`${stage.url}/`);
    await seesStreaming(second);
    const { control } = stage.simulator;
    const reconnecting = [first, second].map((tab) =>
      sees(tab, '[data-part="stream-state"]', 'Reconnecting'),
    );
    control.refuseStreams('paper', { times: 1 });
    expect(control.dropStreams({ environment: 'paper' })).toBeGreaterThan(0);
    await Promise.all(reconnecting);
    await place(second, 'TSLA', 2);
    for (const tab of [first, second]) {
      await tab.page.bringToFront();
      await seesStreaming(tab);
      await seesOrder(tab, 'Buy 2 TSLA', 'Filled at');
    }
    await place(second, 'TSLA', 1);
    for (const tab of [first, second]) await seesOrder(tab, 'Buy 1 TSLA', 'Filled at');
  });

  it('catches up after the page itself was cut off', async () => {
    const first = await atTheDesk();
    const second = await first.inAnotherTab(`${stage.url}/`);
    await seesStreaming(second);
    await second.page.setOfflineMode(true);
    await first.page.bringToFront();
    await place(first, 'V', 2);
    await seesOrder(first, 'Buy 2 V', 'Filled at');
    await second.page.setOfflineMode(false);
    await seesOrder(second, 'Buy 2 V', 'Filled at');
  });

  it('ends in every tab when one disconnects, and closes the stream to Alpaca', async () => {
    const first = await atTheDesk();
    const second = await first.inAnotherTab(`${stage.url}/`);
    await seesStreaming(second);
    await second.page.locator('summary').click();
    await second.press('Disconnect Account ending in ESK1 Paper');
    for (const { page } of [first, second]) {
      await page.waitForSelector('.desk[data-open="false"]', { timeout: 20_000 });
    }
    await expect.poll(() => stage.simulator.control.streams().paper, { timeout: 5_000 }).toBe(0);
  });

  it('says on the button which account an order goes to, and sends it to that one', async () => {
    const person = await atTheDesk();
    const button = () => person.page.$eval(`${PAPER} [data-part="place"]`, ({ textContent }) => textContent);
    const orders = async (number: string) => {
      const token = stage.simulator.control.issueToken({ accountNumbers: [number], scope: '' });
      const headers = { Authorization: `Bearer ${token}` };
      const answer = await fetch(`${stage.simulator.paperUrl}/v2/orders?status=all`, { headers });
      return ((await answer.json()) as unknown[]).length;
    };
    const before = await Promise.all(['PA3SIM0DESK1', 'PA3SIM0DESK2'].map(orders));
    await allow(person, PAPER, 'PA3SIM0DESK2');
    // Whoever adds an account is shown it.
    await sees(person, '[data-part="desk-name"]', 'Paper ••ESK2');
    await draft(person, 'KO', 1);
    await expect.poll(button).toBe('Buy 1 KO · Paper ••ESK2');
    await seesStreaming(person);
    await place(person, 'KO', 1);
    await seesOrder(person, 'Buy 1 KO', 'Filled');
    await person.page.locator(`[data-part="account-switch"] label ::-p-text(ESK1)`).click();
    await sees(person, '[data-part="desk-name"]', 'Paper ••ESK1');
    await draft(person, 'DIS', 1);
    await expect.poll(button).toBe('Buy 1 DIS · Paper ••ESK1');
    await seesStreaming(person);
    await place(person, 'DIS', 1);
    await seesOrder(person, 'Buy 1 DIS', 'Filled');
    const after = await Promise.all(['PA3SIM0DESK1', 'PA3SIM0DESK2'].map(orders));
    expect(after).toEqual(before.map((count) => count + 1));
  });

  it('asks once more before an order goes to a live account, and sends that once', async () => {
    const person = await atThePage();
    await allow(person, LIVE);
    await person.page.waitForSelector(`${LIVE}[data-open="true"]`);
    await place(person, 'WMT', 1, LIVE);
    const send = person.page.locator('dialog[open] [data-part="send"]');
    await send.wait();
    expect(asked('POST', '/live/v2/orders')).toBe(0);
    await send.click({ count: 3 });
    await seesOrder(person, 'Buy 1 WMT', 'Filled at', LIVE);
    expect(asked('POST', '/live/v2/orders')).toBe(1);
  });
});
