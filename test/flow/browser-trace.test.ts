import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrowserTrace } from '../browser/browser-trace.ts';
import { inlineCode } from '../documents.ts';
import { openStage, type Stage } from '../stage.ts';
import { type GuestPage, type GuestSite, openGuestSite, pageWith } from './guest-site.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { decide } from './person.ts';

/**
 * What a person waits for between the click and Alpaca's page, in the browser's own trace of everything from the page's navigation
 * to the connected account, at a quarter of the processor's speed.
 *
 * Nothing here is held against a clock, as machines that run tests are busy. Requests are told by their order, and movements by the
 * browser's own account of them. A task counts by the processor time that its thread got, in proportion to that of a small piece of
 * work which the same page does beside it; and it is too long only if it is so in each of several recordings.
 */
const THROTTLING = 4;
const RECORDINGS = 6;
/** Twice that work, which takes 25 ms, throttled, on a quiet machine of those that run these tests: a long task is one of 50 ms (W3C). */
const LONGEST = 2;
const EXPECTED_AFTER_CLICK_MS = 600;

/** A short list, made and laid out by a script of the page. */
const BESIDE = `document.getElementById('draw').addEventListener('click', () => {
  const orders = document.createElement('ul');
  for (let order = 0; order < 40; order++) {
    orders.innerHTML += \`<li style="margin: \${order}px"><button>Order \${order}</button></li>\`;
  }
  document.body.append(orders);
  orders.getBoundingClientRect();
  orders.remove();
});`;
const DRAWINGS = 5;

/** Does what the element must not do, once the person agreed: a late request, a long task, and something new above it. */
const FAULTS = `
document.addEventListener('alpaca-statechange', ({ state, target }) => {
  if (state !== 'opening') return;
  import('./late.js');
  setTimeout(() => {
    const until = performance.now() + 500;
    while (performance.now() < until);
    target.before(document.createElement('hr'));
  }, 600);
});
`;

/** The page's own icon, and the element's place before the script is there, as widget/README.md says. */
const HEAD = `<link rel="icon" href="data:,">
<style>${inlineCode('widget/README.md', 'alpaca-connect:not(:defined)')}</style>`;
const BELOW = `<p>Below</p><button id="draw">Draw</button><script src="/beside.js"></script>`;
const FAULTY = '<script src="/faults.js"></script>';

/** Both sites have the same pages. */
const PAGES = new Map<string, (server: string) => GuestPage>([
  ['/', (server) => ({ body: pageWith(server, { attributes: 'lang="de"', head: HEAD, body: BELOW }) })],
  ['/faulty', (server) => ({ body: pageWith(server, { head: HEAD, body: BELOW + FAULTY }) })],
  ['/beside.js', () => ({ type: 'text/javascript', body: BESIDE })],
  ['/faults.js', () => ({ type: 'text/javascript', body: FAULTS })],
  ['/late.js', () => ({ type: 'text/javascript', body: '' })],
]);

let stage: Stage;
let foreign: GuestSite;
let chromium: OpenBrowser;
beforeAll(async () => {
  foreign = await openGuestSite();
  [stage, chromium] = await Promise.all([
    openStage({
      environment: { EMBED_ORIGINS: foreign.url },
      pages: ({ path }, response) => {
        const { type = 'text/html', body = '' } = PAGES.get(path)?.(stage.url) ?? {};
        response.type(type).send(body);
      },
    }),
    openBrowser(),
  ]);
  for (const [path, page] of PAGES) foreign.pages.set(path, () => page(stage.url));
});
afterAll(async () => {
  for (const part of [chromium, stage, foreign]) await part[Symbol.asyncDispose]();
});

/** Connects on this page, and then does what that is compared with. */
async function record(url: string): Promise<BrowserTrace> {
  const context = await chromium.browser.createBrowserContext();
  const page = await context.newPage();
  await page.emulateCPUThrottling(THROTTLING);
  const trace = await BrowserTrace.of(page, async () => {
    await page.goto(url);
    await connect(page);
    for (let time = 0; time < DRAWINGS; time++) await page.click('#draw');
  });
  await context.close();
  return trace;
}

async function connect(page: Page): Promise<void> {
  const sees = (state: string) =>
    page.waitForFunction(
      (wanted) => document.querySelector('alpaca-connect')?.getAttribute('state') === wanted,
      { polling: 50 },
      state,
    );
  await sees('idle');
  await page.locator('alpaca-connect >>> [part~="button"]').click();
  await sees('disclosing');
  const opened = new Promise<Page>((resolve) => page.once('popup', (popup) => resolve(popup as Page)));
  await page.locator('alpaca-connect >>> dialog .main').click();
  const popup = await opened;
  await popup.waitForSelector('button ::-p-text(Allow)');
  await sees('waiting');
  // What moves within half a second after a click counts as expected.
  await pause(EXPECTED_AFTER_CLICK_MS);
  await decide(popup, 'Allow');
  await sees('connected');
}

/** What was asked for from the first press of the button on, until the provider was. */
function requestsAfterClick(trace: BrowserTrace): string[] {
  const [click = 0] = trace.clicks();
  const sent = trace.requests().filter(({ at }) => at > click);
  const provider = sent.findIndex(({ url }) => url.startsWith(stage.simulator.authorizeUrl));
  return sent.slice(0, provider + 1).map(({ method, url }) => `${method} ${url.replace(/\?.*/, '')}`);
}

/** What moved on the page and on the server's own pages in the popup, and that nobody had to expect. */
function movements(trace: BrowserTrace): string[] {
  return trace
    .shifts()
    .filter(({ afterInput, url }) => !afterInput && isOurs(url))
    .map(({ distance, url }) => `${distance} px on ${url}`);
}

function isOurs(url: string): boolean {
  return [stage, foreign].some((site) => url.startsWith(site.url));
}

/** What scripts of these addresses did in one go that takes longer than it may, as multiples of the work beside it. */
function longTasks(trace: BrowserTrace, isOne: (url: string) => boolean): string[] {
  const drawings = trace.tasksOf((url) => url.endsWith('/beside.js')).slice(-DRAWINGS);
  const costs = drawings.map(({ cpu }) => cpu).sort((one, other) => one - other);
  const beside = costs[DRAWINGS >> 1] ?? 0;
  return trace
    .tasksOf(isOne)
    .map(({ cpu, parts }) => ({ ratio: cpu / beside, parts }))
    .filter(({ ratio }) => ratio > LONGEST)
    .map(({ ratio, parts }) => `${ratio.toFixed(1)} times: ${parts}`);
}

const isServers = (url: string) => url.startsWith(`${stage.url}/alpaca/`);

describe('from the click to Alpaca, in the trace', () => {
  it.each(['own', 'foreign'] as const)(
    'a page of the %s site asks for nothing that could have been asked for before, and nothing moves',
    async (name) => {
      const page = `${(name === 'own' ? stage : foreign).url}/`;
      const trace = await record(page);
      const [click = 0] = trace.clicks();
      const before = trace.requests().filter(({ at }) => at < click);
      expect(new Set(before.map(({ url }) => url))).toEqual(
        new Set([
          page,
          `${page}beside.js`,
          `${stage.url}/alpaca/connect.js`,
          `${stage.url}/alpaca/connections`,
          `${stage.url}/alpaca/messages/de.json`,
        ]),
      );
      expect(requestsAfterClick(trace)).toEqual([
        // The document of the window that the click opens. The server tells by this request who opened it, so none is kept.
        `GET ${stage.url}/alpaca/launch`,
        // What the person agreed to, against a cookie for this window: before the click there is no attempt.
        `POST ${stage.url}/alpaca/attempts`,
        `GET ${stage.simulator.authorizeUrl}`,
      ]);
      expect(movements(trace)).toEqual([]);
    },
  );

  // The popup shares the process of a page of its own origin, and so is throttled as well.
  it('no script of the server takes long at a time', async () => {
    let long: string[] = ['nothing was recorded'];
    for (let time = 0; time < RECORDINGS && long.length > 0; time++) {
      const trace = await record(`${stage.url}/`);
      const ran = trace.tasksOf(isServers).flatMap(({ scripts }) => [...scripts]);
      for (const script of ['connect.js', 'launch?', 'callback?']) {
        expect(ran).toContainEqual(expect.stringContaining(`/alpaca/${script}`));
      }
      long = longTasks(trace, isServers);
    }
    expect(long).toEqual([]);
  }, 180_000);

  it('a script that does all of that is told', async () => {
    const page = `${stage.url}/`;
    const trace = await record(`${page}faulty`);
    expect(requestsAfterClick(trace)).toContain(`GET ${page}late.js`);
    expect(movements(trace)).not.toEqual([]);
    expect(longTasks(trace, (url) => url === `${page}faults.js`)).not.toEqual([]);
  });
});
