import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage.ts';
import { Visitor } from '../visitor.ts';
import { type GuestSite, openGuestSite, pageWith } from './guest-site.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { closed, decide, Person } from './person.ts';

/*
 * A page that somebody else controls sends the messages of our protocol: as a frame in the page with the button, as the
 * window that opened it, or as the opener of the launch page. It hopes that the page takes its grant, so that the visitor
 * trades in a stranger's account, or that the popup starts an attempt for it.
 */

let site: GuestSite;
let hostile: GuestSite;
let stage: Stage;
let chromium: OpenBrowser;
/** A grant of another account for this very site. */
let grant: string;
let attempt: string;
beforeAll(async () => {
  [site, hostile] = await Promise.all([openGuestSite(), openGuestSite()]);
  const environment = { EMBED_ORIGINS: site.url };
  [stage, chromium] = await Promise.all([openStage({ environment }), openBrowser()]);
  ({ grant, attempt } = await new Visitor(stage, { origin: site.url }).obtainGrant());
  hostile.pages.set('/frame', () => ({ body: `<!doctype html>${attack('parent')}` }));
  hostile.pages.set('/opener', () => ({ body: '<!doctype html><button>Open</button>' }));
  site.pages.set('/', () => ({
    body: pageWith(stage.url, {
      // The second frame has the right origin, the server's, and is the wrong window.
      body: `<iframe src="${hostile.url}/frame"></iframe><iframe src="${stage.url}/impatient"></iframe>`,
    }),
  }));
});
afterAll(async () => {
  for (const part of [chromium, stage, site, hostile]) await part[Symbol.asyncDispose]();
});

/** Every message of the protocol, each with nonces that were guessed, and things that only look like one. */
function messages(): unknown[] {
  const error = { code: 'access_denied', message: 'Call 555-0100 to unlock your account.' };
  return [
    { type: 'alpaca-connect:ready', launchNonce: 'guessed' },
    {
      type: 'alpaca-connect:request',
      launchNonce: 'guessed',
      pageNonce: 'guessed',
      environment: 'paper',
      codeChallenge: 'x'.repeat(43),
    },
    { type: 'alpaca-connect:started', pageNonce: 'guessed', attempt },
    { type: 'alpaca-connect:started', pageNonce: ['guessed'], attempt: { toString: 1 } },
    { type: 'alpaca-connect:failed', pageNonce: 'guessed', ...error },
    { type: 'alpaca-connect:outcome', attempt, grant },
    { type: 'alpaca-connect:outcome', attempt, grant, error },
    { type: 'alpaca-connect:outcome', attempt: [attempt], grant: [grant] },
    { type: 'alpaca-connect:received', attempt },
    { type: 'toString' },
    { type: '__proto__' },
    'alpaca-connect:outcome',
    null,
  ];
}

/** A script that sends all of them, every 20 ms, to the window that this expression names. */
function attack(target: string): string {
  return `<script>setInterval(() => {
    for (const message of ${JSON.stringify(messages())}) ${target}.postMessage(message, '*');
  }, 20);</script>`;
}

/** Sends all messages to the opener of this page. */
async function attackOpener(popup: Page): Promise<void> {
  await popup.evaluate((forged) => {
    for (const message of forged) window.opener.postMessage(message, '*');
  }, messages());
}

/** As a link does: the page that opened this one stays its opener. */
async function goTo(popup: Page, url: string): Promise<void> {
  const there = popup.waitForNavigation();
  await popup.evaluate((address) => location.assign(address), url);
  await there;
}

/** Waits until several rounds of forged messages have reached this page. */
function isAttacked(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        let left = 100;
        addEventListener('message', () => {
          left -= 1;
          if (left === 0) resolve();
        });
      }),
  );
}

async function connectsUndisturbed(person: Person, popup: Page): Promise<void> {
  const heard = await person.heard();
  expect(heard.filter((event) => /error|connected/.test(event))).toEqual([]);
  const gone = closed(popup);
  await decide(popup, 'Allow');
  await person.sees('connected');
  await gone;
  expect(await person.text()).not.toContain('555-0100');
  const events = await person.heard();
  expect(events.filter((event) => event === 'alpaca-connected')).toHaveLength(1);
  expect(events.filter((event) => event.startsWith('alpaca-error'))).toEqual([]);
}

describe('forged messages change nothing', () => {
  it('from frames in the page, of another origin and of the server’s, before and while the popup is open', async () => {
    const person = await Person.at(chromium.browser, `${site.url}/`);
    await person.sees('idle');
    const frame = await person.page.waitForFrame((one) => one.url().startsWith(stage.url));
    await frame.evaluate((forged) => {
      setInterval(() => {
        for (const message of forged) parent.postMessage(message, '*');
      }, 20);
    }, messages());
    const popup = await person.openPopup();
    await person.sees('waiting');
    await connectsUndisturbed(person, popup);
  });

  it('from the popup itself while it shows Alpaca’s origin', async () => {
    const person = await Person.at(chromium.browser, `${site.url}/`);
    await person.sees('idle');
    const popup = await person.openPopup();
    await attackOpener(popup);
    await person.sees('waiting');
    await connectsUndisturbed(person, popup);
  });

  it('from the popup on the server’s origin: a wrong nonce, a replayed attempt, a wrong shape', async () => {
    const person = await Person.at(chromium.browser, `${site.url}/`);
    await person.sees('idle');
    const popup = await person.openPopup();
    const consent = popup.url();
    // The right window on the right origin, with everything but what only the real pages know.
    await goTo(popup, `${stage.url}/livez`);
    await attackOpener(popup);
    await goTo(popup, consent);
    await popup.waitForSelector('button');
    await person.sees('waiting');
    await connectsUndisturbed(person, popup);
  });

  it('from a window that opened the page', async () => {
    const attacker = await Person.at(chromium.browser, `${hostile.url}/opener`);
    const opened = new Promise<Page>((resolve) =>
      attacker.page.once('popup', (page) => resolve(page as Page)),
    );
    await attacker.page.evaluate(
      (...[url, forged]) => {
        const victim = window.open(url);
        setInterval(() => {
          for (const message of forged) victim?.postMessage(message, '*');
        }, 20);
      },
      `${site.url}/`,
      messages(),
    );
    const page = await opened;
    await page.waitForSelector('alpaca-connect[state="idle"]');
    const exchanges: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && exchanges.push(request.url()));
    await isAttacked(page);
    expect(await page.$('alpaca-connect[state="idle"]')).not.toBeNull();
    expect(exchanges).toEqual([]);
  });

  it('to the launch page, from an opener that is not the page it is for', async () => {
    const attacker = await Person.at(chromium.browser, `${hostile.url}/opener`);
    const opened = new Promise<Page>((resolve) =>
      attacker.page.once('popup', (page) => resolve(page as Page)),
    );
    await attacker.page.evaluate(
      (...[url, forged]) => {
        const received: unknown[] = [];
        Object.assign(window, { received });
        addEventListener('message', ({ data }) => received.push(data));
        const popup = window.open(url);
        setInterval(() => {
          for (const message of forged) popup?.postMessage(message, '*');
        }, 20);
      },
      `${stage.url}/alpaca/launch?origin=${encodeURIComponent(site.url)}`,
      messages(),
    );
    const popup = await opened;
    const posts: string[] = [];
    popup.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
    await isAttacked(popup);
    const received = await attacker.page.evaluate(
      () => (window as unknown as { received: unknown[] }).received,
    );
    expect(received).toEqual([]);
    expect(posts).toEqual([]);
    expect(new URL(popup.url()).pathname).toBe('/alpaca/launch');
  });
});
