import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { RequestHandler } from 'express';
import { bundle } from './bundle.ts';

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

/** A single-page app: every path shows the same page with the button. `/greedy.js` and so on are its workers. */
export const appShellPages: RequestHandler = async ({ path }, response) => {
  const worker = WORKERS[/^\/(\w+)\.js$/.exec(path)?.[1] ?? ''];
  if (worker) response.type('js').send(await worker());
  else
    response.send(`<!doctype html><html lang="en"><title>An app</title><h1>An app</h1>
<script type="module" src="/alpaca/connect.js"></script><alpaca-connect></alpaca-connect>`);
};

/** Runs in the page: resolves once the worker answers for it. */
export async function underWorker(url: string): Promise<void> {
  const controlled = new Promise((resolve) =>
    navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
  );
  await navigator.serviceWorker.register(url);
  await controlled;
}
