// The examples of README.md and widget/README.md for pages, as they stand there: the server's address is put in, and what an
// example calls of the page's own, such as `show()`, is noted.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fill, inlineCode, snippet } from '../documents.ts';
import { openStage, type Stage } from '../stage.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { closed, decide, Person } from './person.ts';
import { ReadmePages, told } from './readme-pages.ts';

const README = 'README.md';
const WIDGET = 'widget/README.md';
const FIRST = 'PA3SIM0DESK1';
const SECOND = 'PA3SIM0DESK2';
/** On a machine that others use, too. */
const POLL = { timeout: 20_000 };

let pages: ReadmePages;
let stage: Stage;
let chromium: OpenBrowser;
beforeAll(async () => {
  pages = await ReadmePages.open();
  const environment = {
    EMBED_ORIGINS: pages.url,
    RETURN_PAGES: `${pages.url}/own-tab`,
    APP_NAME: 'Demo Desk',
    APP_URL: 'https://desk.test/about',
  };
  [stage, chromium] = await Promise.all([openStage({ environment }), openBrowser()]);
  pages.server = stage.url;
});
afterAll(async () => {
  for (const part of [chromium, stage, pages]) await part[Symbol.asyncDispose]();
});

/** Connects this account with the element. */
async function connect(person: Person, account: string): Promise<void> {
  const popup = await person.openPopup();
  await (await popup.waitForSelector(`label ::-p-text(${account})`))?.click();
  const gone = closed(popup);
  await decide(popup, 'Allow');
  await gone;
  await person.sees('connected');
}

/** The statuses of such requests that reached Alpaca. */
function answered(method: string, path: string): (number | null)[] {
  const { requests } = stage.simulator.control;
  return requests.filter((seen) => seen.method === method && seen.path === path).map(({ status }) => status);
}

/** Whether Alpaca's account can be read with the backend that the page's example made. */
function accountStatus(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { backend } = window as unknown as {
      backend: { proxied(api: string, path: string): Promise<Response> };
    };
    return (await backend.proxied('paper', '/v2/account')).status;
  });
}

describe('with the account that was connected at the first page of README.md', () => {
  let person: Person;
  beforeAll(async () => {
    const page = pages.page('/positions', pages.tags(README) + pages.script(README, "'/v2/positions'"));
    person = await Person.at(chromium.browser, page);
    await person.sees('idle');
    await connect(person, FIRST);
  });

  it('its positions are read (README.md)', async () => {
    await expect.poll(() => answered('GET', '/paper/v2/positions'), POLL).toEqual([200]);
  });

  /** Listens at this page while an order goes through. */
  async function tells(page: string, name: 'show' | 'showOrder'): Promise<void> {
    const open = person.page.waitForResponse((response) => response.url().endsWith('/paper/stream'), POLL);
    await person.page.goto(page);
    await open;
    const status = await person.page.evaluate(async (server) => {
      const order = { symbol: 'KO', qty: '1', side: 'buy', type: 'market', time_in_force: 'day' };
      const headers = { 'Content-Type': 'application/json', 'X-Alpaca-Connect': '1' };
      const init = { method: 'POST', headers, body: JSON.stringify(order) };
      return (await fetch(`${server}/alpaca/paper/v2/orders`, { ...init, credentials: 'include' })).status;
    }, stage.url);
    expect(status).toBe(200);
    const filled = [expect.objectContaining({ symbol: 'KO', status: 'filled' })];
    await expect.poll(() => told(person, name), POLL).toContainEqual(filled);
  }

  it('its orders are shown, and asked for again after a gap (README.md)', async () => {
    const body = pages.tags(README) + pages.script(README, 'button.stream(');
    await tells(pages.page('/updates', body, ['show', 'reload']), 'show');
    expect(await told(person, 'reload')).toEqual([]);
    stage.simulator.control.dropStreams();
    await expect.poll(() => told(person, 'reload'), POLL).not.toEqual([]);
  });

  it('its orders are shown, with the hashes of the build (widget/README.md)', async () => {
    const hash = (file: string) =>
      readFileSync(new URL(`../../server/public/${file}.js.sri`, import.meta.url), 'utf8');
    const map = pages.here(inlineCode(WIDGET, '<script type="importmap">'));
    const attributes = inlineCode(WIDGET, 'integrity=');
    const body = (script: string) =>
      fill(map, { 'sha384-…': hash('event-parser') }) +
      fill(pages.tags(WIDGET), { '></script>': ` ${fill(attributes, { '…': hash(script) })}></script>` }) +
      pages.script(WIDGET, 'button.stream(');
    // In a browser of its own: Chromium remembers for a while that a script was refused.
    const other = pages.page('/other-hash', body('event-parser'));
    const { page } = await Person.at(chromium.browser, other);
    expect(await page.$('alpaca-connect:not(:defined)')).not.toBeNull();
    await tells(pages.page('/hash', body('connect'), ['loadOrders', 'showOrder', 'say']), 'showOrder');
    expect(await told(person, 'loadOrders')).not.toEqual([]);
  });

  it('its orders are shown without the element (widget/README.md)', async () => {
    const code = pages.here(snippet(WIDGET, 'tradeUpdates('));
    await tells(await pages.bundledPage('/without-element', code, '', ['showOrder']), 'showOrder');
  });

  it('an order that the compiler knows is placed (widget/README.md)', async () => {
    stage.simulator.control.reset();
    const said: string[] = [];
    person.page.on('console', (message) => said.push(message.text()));
    const code = `${inlineCode(WIDGET, 'import ')};\n${snippet(WIDGET, 'satisfies AlpacaBody')}`;
    const element = `<alpaca-connect id="button" server="${stage.url}/alpaca"></alpaca-connect>`;
    await person.page.goto(await pages.bundledPage('/types', code, element));
    await expect.poll(() => answered('POST', '/paper/v2/orders'), POLL).toEqual([200]);
    await expect.poll(() => said.join(), POLL).toMatch(/\b(?:pending_)?new\b|accepted|filled/);
  });

  it('and with another one beside it, the orders of both are shown (widget/README.md)', async () => {
    const several = fill(pages.tags(WIDGET), { ' environment=': ' multiple environment=' });
    const body = several + pages.script(WIDGET, 'of button.connections');
    await person.page.goto(pages.page('/accounts', body, ['show']));
    await person.sees('connected');
    await connect(person, SECOND);
    const shown = [FIRST, SECOND].map((number) => [number, expect.any(Array)]);
    await expect.poll(() => told(person, 'show'), POLL).toEqual(expect.arrayContaining(shown));
  });
});

describe('a button of the page’s own, as widget/README.md has it', () => {
  const BUTTON = '<button id="button">Connect</button>';
  const KEPT = '\nObject.assign(window, { backend });';

  async function visit(path: string, text: string): Promise<Page> {
    const code = pages.here(snippet(WIDGET, text)) + KEPT;
    const { page } = await Person.at(chromium.browser, await pages.bundledPage(path, code, BUTTON));
    await page.waitForFunction('window.backend');
    expect(await accountStatus(page)).toBe(401);
    return page;
  }

  it('connects in a popup', async () => {
    const page = await visit('/own-button', 'connectInPopup');
    const opened = new Promise<Page>((resolve) => page.once('popup', (popup) => resolve(popup as Page)));
    await page.locator('#button').click();
    const popup = await opened;
    await popup.waitForSelector('button ::-p-text(Allow)');
    const gone = closed(popup);
    await decide(popup, 'Allow');
    await gone;
    await expect.poll(() => accountStatus(page), POLL).toBe(200);
  });

  it('connects in its own tab', async () => {
    const page = await visit('/own-tab', 'connectByRedirect');
    await page.locator('#button').click();
    await page.waitForSelector('button ::-p-text(Allow)');
    await decide(page, 'Allow');
    await page.waitForFunction('window.backend');
    await expect.poll(() => accountStatus(page), POLL).toBe(200);
    expect(page.url()).toBe(`${pages.url}/own-tab`);
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  });
});

describe('the element, as widget/README.md has it', () => {
  it('fills a row with these styles, and says what the page gives it to say', async () => {
    const styles = ['alpaca-connect {', 'alpaca-connect::part('].map((start) => inlineCode(WIDGET, start));
    const sentence = `<script type="module">const element = document.querySelector('alpaca-connect');
      ${inlineCode(WIDGET, 'element.messages')}</script>`;
    const body = `<style>${styles.join('\n')}</style>${pages.tags(WIDGET)}${sentence}`;
    const person = await Person.at(chromium.browser, pages.page('/styled', body));
    await person.sees('idle');
    const [width, all, label] = await person.page.$eval('alpaca-connect >>> [part~="button"]', (button) => [
      button.getBoundingClientRect().width,
      document.body.getBoundingClientRect().width,
      button.textContent?.trim(),
    ]);
    expect(width).toBe(all);
    expect(label).toBe('Link your brokerage');
  });

  it('has people agree to a text whose hash is in the log, as the command makes it', async () => {
    const review = fill(pages.tags(WIDGET), { ' environment=': ' disclosure="review" environment=' });
    const person = await Person.at(chromium.browser, pages.page('/review', review));
    await person.sees('idle');
    await person.pressConnect();
    await person.sees('disclosing');
    const read = await person.page.$$eval('alpaca-connect >>> dialog :is(h2, p, li)', (parts) =>
      parts.map((part) => part.textContent),
    );
    const text = read.join(' ').trim().replace(/\s+/g, ' ');
    const command = snippet(WIDGET, 'openssl dgst');
    const [quoted = '', beginning = ''] = /'(Authorize Demo Desk .*?)…'/.exec(command) ?? [];
    expect(text.startsWith(beginning)).toBe(true);
    const filled = fill(command, { [quoted]: '"$TEXT"' });
    const hash = execFileSync('sh', ['-c', filled], {
      env: { ...process.env, TEXT: text },
      encoding: 'utf8',
    });
    await person.press('Allow');
    await expect.poll(() => stage.logged(), POLL).toContain(`"disclosure":"${hash.trim()}"`);
  });
});
