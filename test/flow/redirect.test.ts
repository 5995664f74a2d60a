import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStage, type Stage } from '../stage.ts';
import { Visitor } from '../visitor.ts';
import { type GuestPage, type GuestSite, openGuestSite, pageWith } from './guest-site.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { closed, decide, Person } from './person.ts';

let near: GuestSite;
let far: GuestSite;
let stage: Stage;
let chromium: OpenBrowser;
beforeAll(async () => {
  [near, far] = await Promise.all([openGuestSite('localhost'), openGuestSite('127.0.0.1')]);
  const environment = {
    EMBED_ORIGINS: `${near.url},${far.url}`,
    RETURN_PAGES: `${['/', '/auto', '/blocked'].map((path) => near.url + path).join()},${far.url}/`,
  };
  [stage, chromium] = await Promise.all([openStage({ environment }), openBrowser()]);
  for (const site of [near, far]) {
    site.pages.set('/', () => ({ body: pageWith(stage.url, { attributes: 'mode="redirect"' }) }));
  }
});
afterAll(async () => {
  for (const part of [chromium, stage, near, far]) await part[Symbol.asyncDispose]();
});

async function visit(url: string): Promise<Person> {
  const person = await Person.at(chromium.browser, url);
  await person.sees('idle');
  return person;
}

describe('mode="redirect"', () => {
  it.each([
    ['the server’s site', () => near],
    ['another site', () => far],
  ])('connects a page of %s in its own tab', async (_, site) => {
    const address = `${site().url}/?tab=1`;
    const person = await visit(address);
    await person.leave();
    await decide(person.page, 'Allow');
    await person.sees('connected');
    expect(person.page.url()).toBe(address);
    expect(await person.heard()).toEqual([
      'alpaca-statechange:finishing',
      'alpaca-statechange:connected',
      'alpaca-connected',
    ]);
    expect(await person.fetchStatus('paper', '/v2/account')).toBe(200);
    expect(await person.page.browserContext().pages()).toHaveLength(1);
    const agreed = stage.logged().match(/"event":"attempt_started".*"disclosure":"[\w-]{43}"/g);
    expect(agreed?.at(-1)).toContain(new URL(address).origin);
  });

  it('leaves the grant in no entry of the tab’s history, and no secret in its storage', async () => {
    const person = await visit(`${near.url}/`);
    await person.leave();
    await decide(person.page, 'Allow');
    await person.sees('connected');
    const session = await person.page.createCDPSession();
    const { entries } = await session.send('Page.getNavigationHistory');
    expect(entries.length).toBeGreaterThan(1);
    expect(entries.filter(({ url }) => url.includes('alpaca-connect='))).toEqual([]);
    expect(await person.page.evaluate(() => sessionStorage.length + localStorage.length)).toBe(0);
    await person.page.reload();
    await person.sees('connected');
  });

  it('says that the person refused, and a retry connects', async () => {
    const person = await visit(`${near.url}/`);
    await person.leave();
    await decide(person.page, 'Deny');
    await person.sees('error');
    expect(await person.heard()).toContain('alpaca-error:access_denied');
    await person.leave();
    await decide(person.page, 'Allow');
    await person.sees('connected');
  });

  it('is ready again for a person who comes back with the back button', async () => {
    const person = await visit(`${near.url}/`);
    await person.leave();
    await person.page.goBack();
    await person.sees('idle');
    await person.leave();
    await decide(person.page, 'Allow');
    await person.sees('connected');
  });

  it('tells on the page why the server connects no live account', async () => {
    await using strict = await openStage({
      environment: {
        EMBED_ORIGINS: near.url,
        RETURN_PAGES: `${near.url}/live`,
        ALPACA_ENVIRONMENTS: 'paper',
      },
    });
    near.pages.set('/live', () => ({
      body: pageWith(strict.url, { attributes: 'mode="redirect" environment="live"' }),
    }));
    const person = await visit(`${near.url}/live`);
    await person.pressConnect();
    await person.press('Continue');
    await person.sees('error');
    expect(await person.heard()).toContain('alpaca-error:live_not_allowed');
    expect(await person.text()).toContain('connects paper accounts only');
  });
});

/*
 * Somebody consents with an account of their own and sends the victim a link to our page that ends in the grant. If the
 * page took it, the victim would trade in a stranger's account.
 */
describe('a grant that this tab did not leave for', () => {
  async function plantedGrant(): Promise<string> {
    const sender = new Visitor(stage, { origin: near.url });
    return (await sender.obtainGrant()).grant;
  }

  it('changes nothing, and leaves the address bar', async () => {
    const exchanges: string[] = [];
    const person = await visit(`${near.url}/`);
    person.page.on('request', (request) => {
      if (request.method() === 'POST') exchanges.push(request.url());
    });
    // A new document: the same address with a fragment would only scroll.
    await person.page.goto(`${near.url}/?link#alpaca-connect=${await plantedGrant()}`);
    await person.sees('idle');
    expect(person.page.url()).toBe(`${near.url}/?link`);
    expect(exchanges).toEqual([]);
  });

  it('is refused in the middle of an attempt as well', async () => {
    const person = await visit(`${near.url}/`);
    await person.leave();
    await person.page.goto(`${near.url}/?link#alpaca-connect=${await plantedGrant()}`);
    await person.sees('error');
    expect(await person.heard()).toContain('alpaca-error:exchange_failed');
    expect(await person.fetchStatus('paper', '/v2/account')).toBe(401);
  });
});

describe('mode="auto"', () => {
  async function visitPage(page: () => Omit<GuestPage, 'body'>): Promise<Person> {
    near.pages.set('/auto', () => ({ ...page(), body: pageWith(stage.url) }));
    return visit(`${near.url}/auto`);
  }

  async function connectsInItsTab(person: Person): Promise<void> {
    await person.seesAlpaca();
    await decide(person.page, 'Allow');
    await person.sees('connected');
    expect(person.page.url()).toBe(`${near.url}/auto`);
  }

  it('goes in its own tab where the page is isolated from its windows', async () => {
    const person = await visitPage(() => ({
      headers: {
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      },
    }));
    await person.leave();
    expect(await person.page.browserContext().pages()).toHaveLength(1);
    await connectsInItsTab(person);
  });

  it('goes on in its own tab after the page’s own COOP cut the popup off, and tells the developer the header', async () => {
    const person = await visitPage(() => ({ headers: { 'Cross-Origin-Opener-Policy': 'same-origin' } }));
    const warnings: string[] = [];
    person.page.on('console', (message) => warnings.push(`${message.type()} ${message.text()}`));
    // Headless Chromium calls every page focused; with a person, the popup takes the focus away.
    await person.page.evaluate(() => {
      document.hasFocus = () => false;
    });
    const opened = new Promise((resolve) => person.page.browserContext().once('targetcreated', resolve));
    await person.pressConnect();
    await person.press('Continue');
    await opened;
    await connectsInItsTab(person);
    expect(warnings.join()).toMatch(/warn.*Cross-Origin-Opener-Policy: same-origin-allow-popups/);
    // The popup was of no use and closed itself.
    expect(await person.page.browserContext().pages()).toHaveLength(1);
  });

  it.each([
    [
      'Instagram',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 380.0',
    ],
    [
      'a web view on Android',
      'Mozilla/5.0 (Linux; Android 15; Pixel 9; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/137.0.0.0 Mobile Safari/537.36',
    ],
  ])('goes in its own tab inside of %s', async (_, userAgent) => {
    near.pages.set('/auto', () => ({ body: pageWith(stage.url) }));
    const person = await visit(`${near.url}/auto`);
    await person.page.setUserAgent({ userAgent });
    await person.page.reload();
    await person.sees('idle');
    await person.leave();
    await connectsInItsTab(person);
  });
});

describe('a popup that the browser blocked', () => {
  async function blocked(): Promise<Person> {
    near.pages.set('/blocked', () => ({ body: pageWith(stage.url, { attributes: 'disclosure="off"' }) }));
    const person = await visit(`${near.url}/blocked`);
    // As in a browser that blocks every window of a script, clicked or not.
    await person.page.evaluate(() => {
      window.open = () => null;
    });
    await person.pressConnect();
    await person.sees('error');
    expect(await person.heard()).toContain('alpaca-error:popup_blocked');
    return person;
  }

  it('opens by a real link, and connects', async () => {
    const person = await blocked();
    const opened = new Promise<typeof person.page>((resolve) =>
      person.page.once('popup', (page) => resolve(page as typeof person.page)),
    );
    await person.page.locator('alpaca-connect >>> [part~="link"]').click();
    const popup = await opened;
    await popup.waitForSelector('button ::-p-text(Allow)');
    await person.sees('waiting');
    const gone = closed(popup);
    await decide(popup, 'Allow');
    await person.sees('connected');
    await gone;
  });

  it('is not needed to continue in this tab', async () => {
    const person = await blocked();
    await person.press('Continue in this tab');
    await person.seesAlpaca();
    await decide(person.page, 'Allow');
    await person.sees('connected');
  });
});

describe('a page that the server does not list', () => {
  async function visitUnlisted(
    attributes: string,
    headers: Record<string, string> = {},
  ): Promise<[Person, string[]]> {
    near.pages.set('/unlisted', () => ({ headers, body: pageWith(stage.url, { attributes }) }));
    const person = await visit(`${near.url}/unlisted?a=1#b`);
    const warnings: string[] = [];
    person.page.on('console', (message) => warnings.push(message.text()));
    return [person, warnings];
  }
  const remedy = () => `Add ${near.url}/unlisted to RETURN_PAGES`;

  it('stays with mode="redirect", and tells the variable and the value', async () => {
    const [person] = await visitUnlisted('mode="redirect" disclosure="off"');
    await person.pressConnect();
    await person.sees('error');
    expect(await person.heard()).toContain('alpaca-error:config_invalid');
    expect(await person.text()).toContain(remedy());
    expect(person.page.url()).toBe(`${near.url}/unlisted?a=1#b`);
  });

  it('tries the popup with mode="auto" where there can be none, and tells the developer the other way', async () => {
    const [person, warnings] = await visitUnlisted('disclosure="off"', {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    });
    await person.page.evaluate(() => {
      document.hasFocus = () => false;
    });
    await person.pressConnect();
    await person.sees('error');
    expect(await person.heard()).toContain('alpaca-error:opener_blocked');
    expect(warnings.join()).toContain(remedy());
  });

  it('does not offer this tab after a popup that was blocked', async () => {
    const [person, warnings] = await visitUnlisted('disclosure="off"');
    await person.page.evaluate(() => {
      window.open = () => null;
    });
    await person.pressConnect();
    await person.sees('error');
    expect(await person.text()).toContain('Try again');
    expect(await person.text()).not.toContain('Continue in this tab');
    expect(warnings.join()).toContain(remedy());
  });
});

describe('the callback, asked for more than once', () => {
  const tokenCalls = () => stage.simulator.control.tokenCalls;

  /** Consents at the Alpaca page that is shown here, without going where it leads. */
  const consent = (page: Page) => new Visitor(stage).decide(page.url());

  /** Goes there as a link on the page goes. */
  async function assign(page: Page, ...urls: string[]): Promise<void> {
    await page
      .evaluate((all) => {
        for (const url of all) location.assign(url);
      }, urls)
      .catch(() => {});
  }

  it('connects the person whose browser prefetched it', async () => {
    const before = tokenCalls();
    const person = await visit(`${near.url}/`);
    await person.leave();
    const callback = await consent(person.page);
    const rules = { prefetch: [{ urls: [callback], eagerness: 'immediate' }] };
    near.pages.set('/wait', () => ({
      body: `<!doctype html><title>Wait</title><script type="speculationrules">${JSON.stringify(rules)}</script>`,
    }));
    const refused = () =>
      stage
        .logged()
        .split('\n')
        .filter((line) => /callback.*"status":503/.test(line));
    const seen = refused().length;
    await person.page.goto(`${near.url}/wait`);
    await vi.waitFor(() => expect(refused().length).toBe(seen + 1), { timeout: 10_000 });
    await assign(person.page, callback);
    await person.sees('connected');
    expect(tokenCalls() - before).toBe(1);
  });

  it('connects the person who had it in another tab, reloaded it there and went back to it', async () => {
    const before = tokenCalls();
    near.pages.set('/popup', () => ({ body: pageWith(stage.url) }));
    const person = await visit(`${near.url}/popup`);
    const popup = await person.openPopup();
    const callback = await consent(popup);
    const other = await person.page.browserContext().newPage();
    const statuses = [(await other.goto(callback))?.status(), (await other.reload())?.status()];
    await other.goto(`${near.url}/popup`);
    // No answer: the browser had kept the page, as it may when its script had asked for nothing yet.
    statuses.push((await other.goBack())?.status() ?? 200);
    expect(statuses).toEqual([200, 200, 200]);
    expect(new URL(other.url()).pathname).toBe('/alpaca/callback');
    await other.close();
    await assign(popup, callback);
    await person.sees('connected');
    expect(tokenCalls() - before).toBe(1);
  });

  it('connects the person whom Alpaca sends there twice, with two codes', async () => {
    const before = tokenCalls();
    const person = await visit(`${near.url}/`);
    await person.leave();
    const callbacks = [await consent(person.page), await consent(person.page)];
    expect(new Set(callbacks).size).toBe(2);
    await assign(person.page, ...callbacks);
    await person.sees('connected');
    expect(tokenCalls() - before).toBe(1);
  });

  it('connects the person whose first code is void by then', async () => {
    const before = tokenCalls();
    const person = await visit(`${near.url}/`);
    await person.leave();
    const callback = await consent(person.page);
    await assign(person.page, callback.replace(/code=[^&]+/, 'code=void'));
    await person.sees('error');
    expect(await person.heard()).toContain('alpaca-error:exchange_failed');
    await person.page.goto(callback);
    await person.sees('connected');
    expect(tokenCalls() - before).toBe(2);
  });
});
