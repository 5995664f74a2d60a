/** The button as it is, in a browser, with the backend in Python behind it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PythonBackend, startPythonBackend, withoutPython } from '../conformance/python-backend.ts';
import { buttonPage } from '../stage.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { closed, decide, Person } from './person.ts';

const missing = withoutPython();

describe.skipIf(missing)(`the backend in Python${missing ? ` (skipped: ${missing})` : ''}`, () => {
  const site = createServer();
  let pageUrl: string;
  let backend: PythonBackend;
  let chromium: OpenBrowser;

  beforeAll(async () => {
    await new Promise<void>((resolve) => site.listen(0, 'localhost', resolve));
    pageUrl = `http://localhost:${(site.address() as AddressInfo).port}`;
    [backend, chromium] = await Promise.all([startPythonBackend([pageUrl]), openBrowser()]);
    site.on('request', buttonPage(backend.url, ''));
  });
  afterAll(async () => {
    await chromium?.[Symbol.asyncDispose]();
    await backend?.[Symbol.asyncDispose]();
    site.close();
  });

  it.each(['unsafe-none', 'same-origin'] as const)(
    'connects, trades, hears of it and disconnects, with Cross-Origin-Opener-Policy: %s at Alpaca',
    async (coop) => {
      backend.kit.simulator.control.coop = coop;
      const person = await Person.at(chromium.browser, pageUrl);
      await person.sees('idle');
      await person.listen();
      const popup = await person.openPopup();
      const gone = closed(popup);
      await decide(popup, 'Allow');
      await person.sees('connected');
      await gone;
      expect(await person.fetchStatus('paper', '/v2/account')).toBe(200);
      expect(await person.fetchStatus('paper', '/v2/assets/AAPL')).toBe(200);
      expect(await tradeAndHear(person)).toEqual({ status: 200, event: 'new' });

      await person.page.reload();
      await person.sees('connected');
      await person.press('Disconnect');
      await person.sees('idle');
      expect(await person.fetchStatus('paper', '/v2/account')).toBe(401);
      expect((await person.heard()).filter((event) => event.startsWith('alpaca-error'))).toEqual([]);
      expect(backend.errors()).toBe('');
    },
  );

  it('says that the person refused, and a retry connects', async () => {
    backend.kit.simulator.control.coop = 'unsafe-none';
    const person = await Person.at(chromium.browser, pageUrl);
    await person.sees('idle');
    await decide(await person.openPopup(), 'Deny');
    await person.sees('error');
    expect(await person.heard()).toContain('alpaca-error:access_denied');
    await decide(await person.openPopup(), 'Allow');
    await person.sees('connected');
  });
});

/** Listens through the element, orders once the stream is open, and resolves to what came of both. */
function tradeAndHear(person: Person): Promise<{ status: number; event: string }> {
  return person.page.evaluate(async () => {
    interface Heard {
      type: string;
      state?: string;
      event?: string;
      update?: { event: string };
    }
    const element = document.querySelector('alpaca-connect') as unknown as {
      fetch(api: string, path: string, init: RequestInit): Promise<Response>;
      stream(environment: string): AsyncIterable<Heard>;
    };
    let status = 0;
    for await (const heard of element.stream('paper')) {
      if (heard.type === 'status' && heard.state === 'open') {
        const body = { symbol: 'AAPL', qty: '1', side: 'buy', type: 'market', time_in_force: 'day' };
        const headers = { 'Content-Type': 'application/json' };
        const init = { method: 'POST', headers, body: JSON.stringify(body) };
        status = (await element.fetch('paper', '/v2/orders', init)).status;
      } else if (heard.type === 'update') {
        return { status, event: heard.update?.event ?? '' };
      }
    }
    return { status, event: 'none' };
  });
}
