import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inlineCode } from '../documents.ts';
import { openStage, type Stage } from '../stage.ts';
import { type GuestSite, openGuestSite, pageWith } from './guest-site.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { decide, Person } from './person.ts';

/** What a page does that wants nothing to move before the script is there. */
const RESERVED = `<style>${inlineCode('widget/README.md', 'alpaca-connect:not(:defined)')}</style>`;

let site: GuestSite;
let stage: Stage;
let chromium: OpenBrowser;
beforeAll(async () => {
  site = await openGuestSite();
  const environment = { EMBED_ORIGINS: site.url };
  [stage, chromium] = await Promise.all([openStage({ environment }), openBrowser()]);
  site.pages.set('/', () => ({
    body: pageWith(stage.url, { head: RESERVED, body: '<br><alpaca-connect></alpaca-connect><p>Below</p>' }),
  }));
});
afterAll(async () => {
  for (const part of [chromium, stage, site]) await part[Symbol.asyncDispose]();
});

/** Waits until every element of the page is in this state. */
async function seesEverywhere({ page }: Person, state: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => {
      const elements = [...document.querySelectorAll('alpaca-connect')];
      return elements.length === 2 && elements.every((one) => one.getAttribute('state') === wanted);
    },
    // Frames are not painted in tabs that lie behind another.
    { polling: 50 },
    state,
  );
}

/** Two tabs with two elements each, of which one connects. */
async function connectedTabs(): Promise<[Person, Person]> {
  const first = await Person.at(chromium.browser, `${site.url}/`);
  const second = await first.inAnotherTab(`${site.url}/`);
  await seesEverywhere(second, 'idle');
  await first.page.bringToFront();
  await seesEverywhere(first, 'idle');
  await decide(await first.openPopup(), 'Allow');
  await seesEverywhere(first, 'connected');
  await seesEverywhere(second, 'connected');
  return [first, second];
}

/** How long after this event in one tab the state was everywhere in the other, in milliseconds. */
async function delay(from: Person, event: string, to: Person, state: string): Promise<() => Promise<number>> {
  const at = (person: Person, type: string, count: number, wanted?: string) =>
    person.page.evaluate(
      (...[name, times, only]) => {
        let heard = 0;
        document.addEventListener(name, (fired) => {
          if (only !== undefined && (fired as unknown as { state: string }).state !== only) return;
          heard += 1;
          if (heard === times) Object.assign(window, { heardAt: Date.now() });
        });
      },
      type,
      count,
      wanted,
    );
  await at(from, event, 1);
  await at(to, 'alpaca-statechange', 2, state);
  const heardAt = ({ page }: Person) =>
    page
      .waitForFunction(() => (window as unknown as { heardAt?: number }).heardAt)
      .then((handle) => handle.jsonValue() as Promise<number>);
  return async () => (await heardAt(to)) - (await heardAt(from));
}

describe('tabs and elements of one origin', () => {
  it('agree within a second after one of them connects and disconnects, and ask the server only then', async () => {
    const [first, second] = await connectedTabs();
    expect(await second.heard()).not.toContain('alpaca-connected');
    const requests: string[] = [];
    second.page.on('request', (request) => {
      if (request.method() !== 'OPTIONS') requests.push(`${request.method()} ${request.url()}`);
    });
    const measured = await delay(first, 'alpaca-disconnected', second, 'idle');
    await first.press('Disconnect');
    await seesEverywhere(first, 'idle');
    await seesEverywhere(second, 'idle');
    expect(await measured()).toBeLessThan(1_000);

    await decide(await first.openPopup(), 'Allow');
    await seesEverywhere(second, 'connected');
    // Once per element and change, and nothing while nothing changes.
    expect(new Set(requests)).toEqual(new Set([`GET ${stage.url}/alpaca/connections`]));
    expect(requests).toHaveLength(4);
  });

  it('turn to expired when Alpaca revoked the token, and Reconnect connects them again', async () => {
    const [first, second] = await connectedTabs();
    stage.simulator.control.revoke();
    expect(await first.fetchStatus('paper', '/v2/account')).toBe(401);
    await seesEverywhere(first, 'expired');
    await seesEverywhere(second, 'expired');
    const opened = new Promise<typeof first.page>((resolve) =>
      first.page.once('popup', (page) => resolve(page as typeof first.page)),
    );
    await first.press('Reconnect');
    await first.press('Continue');
    const popup = await opened;
    await popup.waitForSelector('button');
    await decide(popup, 'Allow');
    await seesEverywhere(first, 'connected');
    await seesEverywhere(second, 'connected');
  });

  it('see what another tab did while a page was away in the back-forward cache', async () => {
    const [first, second] = await connectedTabs();
    site.pages.set('/elsewhere', () => ({ body: '<!doctype html><title>Elsewhere</title>' }));
    await second.page.goto(`${site.url}/elsewhere`);
    await first.press('Disconnect');
    await seesEverywhere(first, 'idle');
    await second.page.goBack();
    await seesEverywhere(second, 'idle');
  });

  it('show one attempt of the page: a press on the other element brings the open popup forward', async () => {
    const person = await Person.at(chromium.browser, `${site.url}/`);
    await seesEverywhere(person, 'idle');
    const popup = await person.openPopup();
    await person.page.bringToFront();
    await person.page.evaluate(() => {
      const other = document.querySelectorAll('alpaca-connect')[1] as unknown as {
        connect(): Promise<unknown>;
      };
      void other.connect();
    });
    await popup.waitForFunction(() => document.hasFocus() && document.visibilityState === 'visible');
    expect(await person.page.browserContext().pages()).toHaveLength(2);
    await decide(popup, 'Allow');
    await seesEverywhere(person, 'connected');
    expect((await person.heard()).filter((event) => event === 'alpaca-connected')).toHaveLength(1);
  });
});

describe('a page that is loaded again', () => {
  it('shows the account without a wrong state before, and moves nothing', async () => {
    const [person] = await connectedTabs();
    await person.page.evaluateOnNewDocument(() => {
      const seen: { shifts: number; shown: string[] } = { shifts: 0, shown: [] };
      Object.assign(window, { seen });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) seen.shifts += (entry as unknown as { value: number }).value;
      }).observe({ type: 'layout-shift', buffered: true });
      const look = () => {
        const root = document.querySelector('alpaca-connect')?.shadowRoot;
        const parts = [...(root?.querySelectorAll<HTMLElement>('[part~="button"],[part~="account"]') ?? [])];
        for (const part of parts) {
          const visible = part.checkVisibility({ visibilityProperty: true, opacityProperty: true });
          const name = part.getAttribute('part') ?? '';
          if (visible && !seen.shown.includes(name)) seen.shown.push(name);
        }
        requestAnimationFrame(look);
      };
      look();
    });
    await person.page.reload();
    await seesEverywhere(person, 'connected');
    await person.page.waitForFunction(() =>
      (window as unknown as { seen: { shown: string[] } }).seen.shown.includes('account'),
    );
    expect(await person.heard()).toEqual(['alpaca-statechange:connected', 'alpaca-statechange:connected']);
    const seen = await person.page.evaluate(() => (window as unknown as { seen: unknown }).seen);
    expect(seen).toEqual({ shifts: 0, shown: ['account'] });
  });
});
