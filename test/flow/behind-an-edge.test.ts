// Edges such as Cloudflare put pages of their own in place of a server's 502 and 504, without CORS: the page learns nothing of
// what the server said. Nothing that goes wrong while connecting may be lost that way.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Edge } from '../edge.ts';
import { openStage, type Stage } from '../stage.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { decide, Person } from './person.ts';

let chromium: OpenBrowser;
beforeAll(async () => {
  chromium = await openBrowser();
});
afterAll(() => chromium[Symbol.asyncDispose]());

let edge: Edge;
let stage: Stage;
beforeEach(async () => {
  edge = new Edge();
  stage = await openStage({ edge });
});
afterEach(() => stage[Symbol.asyncDispose]());

/** Somebody at a page of another origin, which can read an answer only with CORS. */
async function personElsewhere(): Promise<Person> {
  const person = await Person.at(chromium.browser, stage.neighbourUrl);
  await person.sees('idle');
  return person;
}

/** Makes one of Alpaca's endpoints answer once with this. */
function answerOnce(path: string, status: number, body: string, method?: string): void {
  stage.simulator.control.addFault({ kind: 'answer', path, status, body, times: 1, method });
}

/** Sends a request for an order through the element, in the page. */
function placeOrder(person: Person): Promise<string> {
  return person.page.evaluate(async () => {
    const element = document.querySelector('alpaca-connect') as unknown as {
      fetch(api: string, path: string, init: RequestInit): Promise<Response>;
    };
    const body = JSON.stringify({
      symbol: 'KO',
      qty: '1',
      side: 'buy',
      type: 'market',
      time_in_force: 'day',
    });
    const headers = { 'Content-Type': 'application/json' };
    return element.fetch('paper', '/v2/orders', { method: 'POST', headers, body }).then(
      async (answer) => `${answer.status} ${await answer.text()}`,
      (error: Error) => error.name,
    );
  });
}

describe('behind an edge, the element shows the sentence of', () => {
  it.each<[string, () => void, string]>([
    [
      'a token endpoint that answers a page',
      () => stage.simulator.control.breakToken('html', 1),
      'Alpaca did not answer as expected',
    ],
    [
      'an app that Alpaca does not know',
      () => answerOnce('/oauth/token', 401, '{"code":40110000,"message":"invalid_client"}'),
      "Alpaca does not know this site's app or its secret",
    ],
    [
      'a code that Alpaca does not accept',
      () => answerOnce('/oauth/token', 400, '{"code":40010000,"message":"invalid_grant"}'),
      'Alpaca did not accept its own code',
    ],
    [
      'an account that cannot be read',
      () => answerOnce('/paper/v2/account', 500, '{"message":"internal server error"}'),
      'Alpaca did not tell which account was connected',
    ],
    [
      'a token that covers no account',
      () => answerOnce('/paper/v2/account', 401, '{"code":40110000,"message":"request is not authorized"}'),
      'Alpaca did not give access to a paper account',
    ],
    [
      'an error of the authorize page',
      () =>
        stage.simulator.control.addFault({
          kind: 'answer',
          path: '/oauth/authorize',
          method: 'POST',
          status: 303,
          headers: { Location: `${stage.url}/alpaca/callback?error=temporarily_unavailable` },
          times: 1,
        }),
      'Alpaca is too busy at the moment',
    ],
  ])('%s', async (_what, breakAlpaca, sentence) => {
    const person = await personElsewhere();
    breakAlpaca();
    await decide(await person.openPopup(), 'Allow');
    await person.sees('error');
    expect(await person.text()).toContain(sentence);
    expect(edge.replaced).toBe(0);
  });

  it('a person who refused', async () => {
    const person = await personElsewhere();
    await decide(await person.openPopup(), 'Deny');
    await person.sees('error');
    expect(await person.text()).toContain('You did not allow access at Alpaca');
  });
});

describe('behind an edge, a launch page that it answered itself', () => {
  it('is told with the status, its window is closed, and the next one connects', async () => {
    const person = await Person.at(chromium.browser, stage.url);
    await person.sees('idle');
    edge.failingLaunches = 1;
    await person.pressConnect();
    await person.press('Continue');
    await person.sees('error');
    expect(await person.heard()).toContain('alpaca-error:network');
    expect(await person.text()).toContain('answered instead (HTTP 502)');
    await expect.poll(async () => (await person.page.browserContext().pages()).length).toBe(1);
    await decide(await person.openPopup(), 'Allow');
    await person.sees('connected');
  });
});

describe('behind an edge, an order whose fate is unknown', () => {
  it('is a fetch that rejects on another origin, and a page of the edge with its status on the server’s own', async () => {
    const elsewhere = await personElsewhere();
    const atHome = await Person.at(chromium.browser, stage.url);
    await atHome.sees('idle');
    for (const person of [elsewhere, atHome]) {
      await decide(await person.openPopup(), 'Allow');
      await person.sees('connected');
    }
    stage.simulator.control.addFault({ kind: 'drop', path: '/paper/v2/orders', method: 'POST' });
    expect(await placeOrder(elsewhere)).toBe('TypeError');
    expect(await placeOrder(atHome)).toMatch(/^502 <!doctype html>/);
    expect(edge.replaced).toBe(2);
  });
});

describe('behind a captive portal', () => {
  it('the element says that something else answered, and not that the server cannot be reached', async () => {
    const person = await Person.at(chromium.browser, stage.url);
    await person.sees('idle');
    edge.isPortal = true;
    await person.page.evaluate(() =>
      document.querySelector('alpaca-connect')?.setAttribute('server', '/alpaca/'),
    );
    await person.sees('error');
    expect(await person.text()).toContain('answered instead (HTTP 3xx)');
  });
});
