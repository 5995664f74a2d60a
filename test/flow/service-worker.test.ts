// A site whose service worker answers every navigation with the site's own page, as those of single-page apps do. It answers for
// the pages of the popup too, unless it is told not to.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage.ts';
import { bundle } from './bundle.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { closed, decide, Person } from './person.ts';

const README = readFileSync(new URL('../../widget/README.md', import.meta.url), 'utf8');
/** The two lines that the README has for such a worker: the list for Workbox, and the first line of a `fetch` handler. */
const [, DENYLIST = ''] = /`navigateFallbackDenylist: (\[.*?\])`/.exec(README) ?? [];
const [LINE = ''] = /^if \(new URL\(event\.request\.url\).*$/m.exec(README) ?? [];

const APP_SHELL = fileURLToPath(new URL('./app-shell-worker.js', import.meta.url));

/** What the site's developer wrote, by the name of the worker's script. */
const WORKERS: Record<string, () => Promise<string>> = {
  greedy: () => bundle(APP_SHELL, { define: { DENYLIST: '[]' } }),
  callback: () => bundle(APP_SHELL, { define: { DENYLIST: '[/launch/]' } }),
  workbox: () => bundle(APP_SHELL, { define: { DENYLIST } }),
  own: async () => `
addEventListener('install', (event) => {
  skipWaiting();
  event.waitUntil(caches.open('shell').then((cache) => cache.add('/index.html')));
});
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  ${LINE}
  if (event.request.mode === 'navigate') event.respondWith(caches.match('/index.html'));
});`,
};

let stage: Stage;
let chromium: OpenBrowser;
beforeAll(async () => {
  [stage, chromium] = await Promise.all([
    openStage({
      pages: async (request, response) => {
        const worker = WORKERS[/^\/(\w+)\.js$/.exec(request.path)?.[1] ?? ''];
        if (worker) response.type('js').send(await worker());
        else
          response.send(`<!doctype html><html lang="en"><title>An app</title><h1>An app</h1>
<script type="module" src="/alpaca/connect.js"></script><alpaca-connect></alpaca-connect>`);
      },
    }),
    openBrowser(),
  ]);
});
afterAll(async () => {
  for (const part of [chromium, stage]) await part[Symbol.asyncDispose]();
});

/** Somebody at the app, under the control of its worker. */
async function personUnder(worker: string): Promise<Person> {
  const person = await Person.at(chromium.browser, stage.url);
  await person.page.evaluate(async (url) => {
    const controlled = new Promise((resolve) =>
      navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
    );
    await navigator.serviceWorker.register(url);
    await controlled;
  }, `/${worker}.js`);
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
