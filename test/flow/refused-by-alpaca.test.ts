// Alpaca answers 401 to four different things. What the person reads must be which of them it is and what to do, and only
// the last may cost them their connection.
import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serveDemoPage } from '../../demo/serve-demo-page.ts';
import { openStage, type Stage } from '../stage.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { decide, Person } from './person.ts';

type Environment = 'paper' | 'live';

let chromium: OpenBrowser;
beforeAll(async () => {
  chromium = await openBrowser();
});
afterAll(() => chromium[Symbol.asyncDispose]());

let stage: Stage;
let person: Person;
beforeEach(async () => {
  stage = await openStage({
    pages: serveDemoPage({ simulated: true, places: ['paper', 'live'] }),
  });
  person = await Person.at(chromium.browser, `${stage.url}/`);
  await person.sees('idle');
});
afterEach(async () => {
  await person.page.browserContext().close();
  await stage[Symbol.asyncDispose]();
});

function deskOf(environment: Environment): string {
  return `[data-environment="${environment}"]`;
}

/** Connects the account of one desk, and waits until its chart and its stream are there. */
async function connect(environment: Environment): Promise<void> {
  const desk = deskOf(environment);
  await person.page.locator(`${desk} alpaca-connect >>> [part~="button"]`).click();
  const opened = new Promise<Page>((resolve) => person.page.once('popup', (page) => resolve(page as Page)));
  await person.press('Continue');
  const popup = await opened;
  await popup.waitForSelector('button');
  await decide(popup, 'Allow');
  await reads(environment, 'stream-state', 'Streaming');
  await person.page.waitForSelector(`${desk} [data-part="price-chart"][data-state="ready"]`);
}

/** Waits until a part of a desk says this, and the person sees it. */
async function reads(environment: Environment, part: string, text: string): Promise<void> {
  await person.page.waitForFunction(
    (...[where, wanted]) => {
      const found = document.querySelector(where);
      return found?.textContent?.includes(wanted) && found.checkVisibility();
    },
    { polling: 50, timeout: 20_000 },
    `${deskOf(environment)} [data-part="${part}"]`,
    text,
  );
}

async function place(environment: Environment, symbol: string, quantity: number): Promise<void> {
  const desk = deskOf(environment);
  await person.page.locator(`${desk} [data-part="symbol"]`).fill(symbol);
  await person.page.locator(`${desk} [data-part="qty"]`).fill(`${quantity}`);
  await person.page.locator(`${desk} [data-part="place"]`).click();
  if (environment === 'live') await person.page.locator('dialog[open] [data-part="send"]').click();
}

/** Waits until the newest order of a desk reads like this. */
function seesOrder(environment: Environment, name: string): Promise<unknown> {
  return person.page.waitForFunction(
    (...[where, wanted]) => {
      const text = document.querySelector(where)?.textContent;
      return text?.includes(wanted) && text.includes('Filled at');
    },
    { polling: 50, timeout: 20_000 },
    `${deskOf(environment)} [data-part="orders"] [data-part="rows"] > :first-child`,
    name,
  );
}

/** The state of an environment's element, and whether its desk is open. */
function stateOf(environment: Environment): Promise<unknown> {
  return person.page.evaluate((where) => {
    return [
      document.querySelector(`${where} alpaca-connect`)?.getAttribute('state'),
      document.querySelector(`${where}.desk`)?.getAttribute('data-open'),
    ];
  }, deskOf(environment));
}

/** The connections of this page, as the server tells. */
async function connections(): Promise<{ environment: string; revokedAt?: string }[]> {
  return person.page.evaluate(async () => {
    const answer = await fetch('/alpaca/connections', { headers: { 'X-Alpaca-Connect': '1' } });
    return (await answer.json()).connections;
  });
}

describe('a 401 of Alpaca’s', () => {
  it('to a live order of an app that is not approved: the order is refused with the reason, and the desk goes on', async () => {
    await connect('live');
    stage.simulator.control.liveApproved = false;
    await place('live', 'MSFT', 2);
    await reads('live', 'refusal', 'Not placed.');
    await reads('live', 'refusal', '"token is not authorized for this scope"');
    await reads('live', 'refusal', "needs Alpaca's approval of this site's app");
    expect(await stateOf('live')).toEqual(['connected', 'true']);
    expect(await connections()).toMatchObject([{ environment: 'live' }]);
    expect((await connections())[0]?.revokedAt).toBeUndefined();

    stage.simulator.control.liveApproved = true;
    await place('live', 'MSFT', 3);
    await seesOrder('live', 'Buy 3 MSFT');
  });

  it('to market data without a licence: the chart says so, and trading goes on', async () => {
    await connect('paper');
    stage.simulator.control.dataLicensed = false;
    await person.page.locator(`${deskOf('paper')} [data-part="symbol"]`).fill('NVDA');
    for (const part of ['price-chart"] [data-part="problem', 'quote"] [data-part="problem']) {
      await reads('paper', part, '"token is not authorized for this scope"');
      await reads('paper', part, 'needs a licence or a subscription');
    }
    await place('paper', 'NVDA', 2);
    await seesOrder('paper', 'Buy 2 NVDA');
    expect(await stateOf('paper')).toEqual(['connected', 'true']);
  });

  it('of a gateway with a page of its own: the order was not placed, and the next one is', async () => {
    await connect('paper');
    stage.simulator.control.refuseAtGateway('paper');
    await place('paper', 'KO', 2);
    await reads('paper', 'refusal', 'Not placed.');
    await reads('paper', 'refusal', 'without saying that the connection has ended');
    await reads('paper', 'refusal', 'Try again in a moment');
    expect(await stateOf('paper')).toEqual(['connected', 'true']);

    stage.simulator.control.reset();
    await place('paper', 'KO', 3);
    await seesOrder('paper', 'Buy 3 KO');
  });

  it('to a token that was revoked: the desk closes, and the button offers to reconnect', async () => {
    await connect('paper');
    stage.simulator.control.revoke();
    await person.page.waitForSelector(`${deskOf('paper')}[data-open="false"]`, { timeout: 20_000 });
    expect(await stateOf('paper')).toEqual(['expired', 'false']);
    expect(await person.text()).toContain('Reconnect');
    expect(await connections()).toMatchObject([{ environment: 'paper', revokedAt: expect.any(String) }]);
    expect(await person.fetchStatus('paper', '/v2/account')).toBe(401);
    await connect('paper');
    expect(await stateOf('paper')).toEqual(['connected', 'true']);
  });
});

describe('an "unauthorized" frame of the stream', () => {
  it('that passes is a reconnection', async () => {
    await connect('paper');
    const { control } = stage.simulator;
    control.reset();
    control.refuseAuthentication('paper', 1);
    control.dropStreams();
    await reads('paper', 'stream-state', 'Reconnecting');
    await reads('paper', 'stream-state', 'Streaming');
    expect(control.requests.filter(({ path }) => path === '/paper/stream')).toHaveLength(2);
    expect(await stateOf('paper')).toEqual(['connected', 'true']);
  });

  it('that stays ends the stream with the reason, and not the desk', async () => {
    await connect('paper');
    const { control } = stage.simulator;
    control.refuseAuthentication('paper');
    control.dropStreams();
    await reads('paper', 'stream-state', 'Stream off');
    await reads('paper', 'activity', 'the connection is kept');
    expect(await stateOf('paper')).toEqual(['connected', 'true']);
    await place('paper', 'V', 2);
    await seesOrder('paper', 'Buy 2 V');
  });
});
