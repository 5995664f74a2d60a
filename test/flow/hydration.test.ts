// A page of a framework that renders on the server: the script tag upgrades the element before React takes over the HTML. React
// complains of every attribute that it did not write.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage.ts';
import { bundle } from './bundle.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { decide, Person } from './person.ts';

const ATTRIBUTES = { environment: 'paper', theme: 'dark' };

/** React itself in development, where it says what does not fit, and the page's own code. */
async function pageScript(): Promise<string> {
  const folder = await mkdtemp(fileURLToPath(new URL('../../dist/hydration-', import.meta.url)));
  const entry = join(folder, 'page.js');
  await writeFile(
    entry,
    `import { createElement, useEffect } from 'react';
     import { hydrateRoot } from 'react-dom/client';
     const complain = (error) => console.error(error);
     const Page = () => {
       useEffect(() => { document.title = 'Hydrated'; });
       return createElement('alpaca-connect', ${JSON.stringify(ATTRIBUTES)});
     };
     hydrateRoot(document.getElementById('root'), createElement(Page), { onRecoverableError: complain });`,
  );
  const script = await bundle(entry, {
    mode: 'development',
    define: { 'process.env.NODE_ENV': '"development"' },
    build: { minify: false },
  });
  await rm(folder, { recursive: true });
  return script;
}

let stage: Stage;
let chromium: OpenBrowser;
beforeAll(async () => {
  const script = await pageScript();
  const html = renderToString(createElement('alpaca-connect', ATTRIBUTES));
  [stage, chromium] = await Promise.all([
    openStage({
      pages: ({ path }, response) => {
        if (path === '/page.js') response.type('js').send(script);
        else
          response.send(`<!doctype html><html lang="en"><title>A page</title><link rel="icon" href="data:,">
            <script type="module" src="/alpaca/connect.js"></script><script type="module" src="/page.js"></script>
            <div id="root">${html}</div>`);
      },
    }),
    openBrowser(),
  ]);
});
afterAll(async () => {
  for (const part of [chromium, stage]) await part[Symbol.asyncDispose]();
});

it('React takes over a page whose element was upgraded before, without a complaint', async () => {
  const complaints: string[] = [];
  const person = await Person.at(chromium.browser, 'about:blank');
  person.page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) complaints.push(message.text());
  });
  await person.page.goto(stage.url);
  await person.page.waitForFunction(() => document.title === 'Hydrated');
  expect(complaints).toEqual([]);
  await person.sees('idle');
  await decide(await person.openPopup(), 'Allow');
  await person.sees('connected');
});
