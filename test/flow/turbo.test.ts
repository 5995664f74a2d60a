// A site with Turbo, which replaces the page's content and keeps the page: by a visit, by morphing at a refresh, and by showing what
// it remembers of a page at Back.
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { closed, decide, Person } from './person.ts';
import { turboPages } from './turbo-pages.ts';

let stage: Stage;
let chromium: OpenBrowser;
beforeAll(async () => {
  [stage, chromium] = await Promise.all([openStage({ pages: turboPages() }), openBrowser()]);
});
afterAll(async () => {
  for (const part of [chromium, stage]) await part[Symbol.asyncDispose]();
});

async function personAt(path: string): Promise<Person> {
  const person = await Person.at(chromium.browser, stage.url + path);
  await person.sees('idle');
  return person;
}

/** Does this and waits until Turbo has rendered what it leads to, in the same document. Resolves to whether it morphed. */
async function rendered({ page }: Person, act: () => Promise<unknown>): Promise<boolean> {
  const before = await page.evaluate(() => {
    const main = document.querySelector('main');
    Object.assign(window, { main });
    return document.querySelector('h1')?.textContent;
  });
  await act();
  await page.waitForFunction(
    (heading) => {
      const { documentElement: root } = document;
      const preview = root.hasAttribute('data-turbo-preview') || root.getAttribute('aria-busy') === 'true';
      return !preview && document.querySelector('h1')?.textContent !== heading;
    },
    {},
    before,
  );
  return page.evaluate(() => {
    const { main } = window as unknown as { main?: Element };
    if (!main) throw new Error('The document is another one.');
    return main.isConnected;
  });
}

async function visit(person: Person, label: string): Promise<void> {
  const follow = () => person.page.locator(`::-p-aria([name="${label}"][role="link"])`).click();
  expect(await rendered(person, follow)).toBe(false);
}

async function refresh(person: Person): Promise<void> {
  const again = () =>
    person.page.evaluate(() => {
      const { Turbo } = window as unknown as { Turbo: { session: { refresh(url: string): void } } };
      Turbo.session.refresh(location.href);
    });
  expect(await rendered(person, again)).toBe(true);
}

const attribute = ({ page }: Person) =>
  page.evaluate(() => document.querySelector('alpaca-connect')?.getAttribute('state'));

describe('Turbo', () => {
  it('visits another page, and a permanent element keeps its state and its popup', async () => {
    const person = await personAt('/permanent');
    const popup = await person.openPopup();
    await person.sees('waiting');
    await visit(person, 'Orders');
    expect(await attribute(person)).toBe('waiting');
    await visit(person, 'Start');
    await decide(popup, 'Allow');
    await person.sees('connected');
    await closed(popup);
    await visit(person, 'Orders');
    expect(await attribute(person)).toBe('connected');
    expect((await person.heard()).filter((event) => event === 'alpaca-statechange:loading')).toEqual([]);
  });

  it('visits another page, and a permanent element keeps its open dialog', async () => {
    const person = await personAt('/permanent');
    await person.pressConnect();
    await person.sees('disclosing');
    await rendered(person, () =>
      person.page.evaluate(() => {
        (window as unknown as { Turbo: { visit(url: string): void } }).Turbo.visit('/permanent/orders');
      }),
    );
    await person.press('Cancel');
    await person.sees('idle');
  });

  it('visits another page, and the element there shows the account; a popup that nobody waits for is closed', async () => {
    const person = await personAt('/');
    const left = await person.openPopup();
    await visit(person, 'Orders');
    await closed(left);
    await person.sees('idle');
    await decide(await person.openPopup(), 'Allow');
    await person.sees('connected');
    await visit(person, 'Start');
    await person.sees('connected');
  });

  it('refreshes a page by morphing, and the element keeps its state and its popup', async () => {
    const person = await personAt('/');
    const popup = await person.openPopup();
    await person.sees('waiting');
    await refresh(person);
    expect(await attribute(person)).toBe('waiting');
    await refresh(person);
    await decide(popup, 'Allow');
    await person.sees('connected');
    await refresh(person);
    expect(await attribute(person)).toBe('connected');
  });

  it('refreshes a page by morphing, and the element keeps its open dialog', async () => {
    const person = await personAt('/');
    await person.pressConnect();
    await person.sees('disclosing');
    await refresh(person);
    expect(await attribute(person)).toBe('disclosing');
    const opened = new Promise<Page>((resolve) => person.page.once('popup', (page) => resolve(page as Page)));
    await person.press('Continue');
    const popup = await opened;
    await popup.waitForSelector('button');
    await decide(popup, 'Allow');
    await person.sees('connected');
  });

  it('goes Back to a page that it remembers, and the element there is what is true now', async () => {
    const person = await personAt('/');
    const popup = await person.openPopup();
    await person.sees('waiting');
    await visit(person, 'Orders');
    await closed(popup);
    await person.sees('idle');
    await rendered(person, () => person.page.goBack());
    await person.sees('idle');
    await decide(await person.openPopup(), 'Allow');
    await person.sees('connected');
  });
});
