import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../../server/contract.ts';
import { type OpenBrowser, openBrowser } from '../flow/open-browser.ts';
import { buildPage } from './build-page.ts';

const paper: Connection = {
  id: 'paper',
  provider: 'alpaca',
  environment: 'paper',
  account: {
    id: 'account',
    number: 'PA3X9ZQK1234',
    status: 'ACTIVE',
    currency: 'USD',
    tradingBlocked: false,
  },
  scope: 'trading',
  connectedAt: '2026-08-01T12:00:00Z',
};

let chromium: OpenBrowser;
beforeAll(async () => {
  chromium = await openBrowser();
}, 60_000);
afterAll(() => chromium[Symbol.asyncDispose]());

/** The built page, and as much of a server as a button needs that is connected and then disconnected. */
function site(script: string): RequestListener {
  let connections = [paper];
  const offer = { app: 'Demo App', environments: ['paper'], scopes: [], disclosure: null };
  return ({ method, url }, response) => {
    if (method === 'DELETE') connections = [];
    const [type, body] =
      url === '/'
        ? ['text/html', '<!doctype html><div id="app"></div><script type="module" src="/main.js"></script>']
        : url === '/main.js'
          ? ['text/javascript', script]
          : ['application/json', JSON.stringify({ ...offer, connections })];
    response.writeHead(method === 'DELETE' ? 204 : 200, { 'Content-Type': type });
    response.end(method === 'DELETE' ? undefined : body);
  };
}

describe.each(['react', 'vue', 'svelte'])('<alpaca-connect> in %s', (framework) => {
  it('takes attributes and properties, and its events reach the component', async () => {
    const server = createServer(site(await buildPage(framework))).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const page = await chromium.browser.newPage();
    try {
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      const said = (text: string) =>
        page.waitForFunction(
          (wanted) => document.querySelector('output')?.textContent === wanted,
          { timeout: 10_000 },
          text,
        );
      await said('connected');
      await page.locator('alpaca-connect >>> [part=disconnect]').click();
      await said('disconnected paper');
      const button = page.locator('alpaca-connect >>> [part=button]');
      expect(await button.map((element) => element.textContent).wait()).toMatch(/Link from/);
      await button.click();
      await said('disclosing');
    } finally {
      await page.close();
      server.close();
      server.closeAllConnections();
    }
  }, 60_000);
});
