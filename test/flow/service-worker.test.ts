// A site whose service worker answers every navigation with the site's own page, as those of single-page apps do. It answers for
// the pages of the popup too, unless it is told not to, as widget/README.md says how.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage.ts';
import { appShellPages, underWorker } from './app-shell-pages.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { closed, decide, Person } from './person.ts';

let stage: Stage;
let chromium: OpenBrowser;
beforeAll(async () => {
  [stage, chromium] = await Promise.all([openStage({ pages: appShellPages }), openBrowser()]);
});
afterAll(async () => {
  for (const part of [chromium, stage]) await part[Symbol.asyncDispose]();
});

/** Somebody at the app, under the control of its worker. */
async function personUnder(worker: string): Promise<Person> {
  const person = await Person.at(chromium.browser, stage.url);
  await person.page.evaluate(underWorker, `/${worker}.js`);
  await person.sees('idle');
  return person;
}

describe("a site's service worker", () => {
  it('that answers for the launch page is noticed, and the window closed', async () => {
    const person = await personUnder('greedy');
    await person.pressConnect();
    await person.press('Continue');
    await person.sees('error');
    expect(await person.heard()).toContain('alpaca-error:network');
    expect(await person.text()).toContain('answered instead (HTTP 200)');
    await expect.poll(async () => (await person.page.browserContext().pages()).length).toBe(1);
  });

  it('that answers for the callback is noticed too', async () => {
    const person = await personUnder('callback');
    const popup = await person.openPopup();
    await decide(popup, 'Allow');
    await person.sees('error');
    await closed(popup);
    expect(await person.text()).toContain('answered instead (HTTP 200)');
  });

  it.each(['greedy', 'callback'])('that answers in this tab is noticed too (%s)', async (worker) => {
    const person = await personUnder(worker);
    await person.page.$eval('alpaca-connect', (element) => element.setAttribute('mode', 'redirect'));
    await person.pressConnect();
    await person.press('Continue');
    if (worker === 'callback') await decide(person.page, 'Allow');
    await person.sees('error');
    expect(await person.text()).toContain('answered instead (HTTP 200)');
    expect(new URL(person.page.url()).pathname).toBe(
      worker === 'callback' ? '/alpaca/callback' : '/alpaca/launch',
    );
  });

  it.each(['workbox', 'own'])('with the line of the README connects (%s)', async (worker) => {
    const person = await personUnder(worker);
    await decide(await person.openPopup(), 'Allow');
    await person.sees('connected');
    expect(await shellServed(person)).toBe(true);
  });
});

/** Whether the worker still answers the app's own navigations. */
async function shellServed({ page }: Person): Promise<boolean> {
  const answer = await page.goto(`${stage.url}/some/route/of/the/app`);
  return answer?.fromServiceWorker() ?? false;
}
