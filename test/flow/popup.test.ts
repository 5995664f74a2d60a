import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { closed, decide, Person } from './person.ts';

const COOP_VALUES = [
  'unsafe-none',
  'same-origin-allow-popups',
  'same-origin',
  'noopener-allow-popups',
] as const;

let stage: Stage;
let chromium: OpenBrowser;
beforeAll(async () => {
  [stage, chromium] = await Promise.all([openStage(), openBrowser()]);
});
afterAll(async () => {
  await chromium[Symbol.asyncDispose]();
  await stage[Symbol.asyncDispose]();
});

/** Nobody closes a page in the very moment in which it appears. */
async function closeAsPerson(popup: Page): Promise<void> {
  await pause(500);
  await popup.close();
}

async function visit(site: 'own' | 'foreign' = 'own'): Promise<Person> {
  const person = await Person.at(chromium.browser, site === 'own' ? stage.url : stage.foreignUrl);
  await person.sees('idle');
  await person.listen();
  return person;
}

describe.each(COOP_VALUES)('with Cross-Origin-Opener-Policy: %s at Alpaca', (coop) => {
  beforeAll(() => {
    stage.simulator.control.coop = coop;
  });
  afterAll(() => {
    stage.simulator.control.coop = 'unsafe-none';
  });

  it.each(['own', 'foreign'] as const)(
    'connects a page of the %s site, and the popup closes',
    async (site) => {
      const person = await visit(site);
      const popup = await person.openPopup();
      const gone = closed(popup);
      await decide(popup, 'Allow');
      await person.sees('connected');
      await gone;
      expect(await person.fetchStatus('paper', '/v2/account')).toBe(200);
      const heard = await person.heard();
      expect(heard.filter((event) => event === 'alpaca-connected')).toHaveLength(1);
      expect(heard.filter((event) => event.startsWith('alpaca-error'))).toEqual([]);
    },
  );

  it('says that the person refused, and a retry connects', async () => {
    const person = await visit();
    const popup = await person.openPopup();
    await decide(popup, 'Deny');
    await person.sees('error');
    expect((await person.heard()).filter((event) => event.startsWith('alpaca-error'))).toEqual([
      'alpaca-error:access_denied',
    ]);
    await decide(await person.openPopup(), 'Allow');
    await person.sees('connected');
  });
});

describe('the popup flow', () => {
  it('stays connected after a reload, until the person disconnects', async () => {
    const person = await visit();
    await decide(await person.openPopup(), 'Allow');
    await person.sees('connected');
    await person.page.reload();
    await person.sees('connected');
    await person.listen();
    await person.press('Disconnect');
    await person.sees('idle');
    expect(await person.heard()).toContain('alpaca-disconnected');
    expect(await person.fetchStatus('paper', '/v2/account')).toBe(401);
    await person.page.reload();
    await person.sees('idle');
  });

  it('says that the popup was closed, and a retry connects', async () => {
    const person = await visit();
    const popup = await person.openPopup();
    await closeAsPerson(popup);
    await person.sees('error');
    expect(await person.heard()).toContain('alpaca-error:popup_closed');
    await decide(await person.openPopup(), 'Allow');
    await person.sees('connected');
  });

  it('keeps waiting when the provider cut the popup off, and Cancel ends it', async () => {
    stage.simulator.control.coop = 'same-origin';
    const person = await visit();
    const popup = await person.openPopup();
    await person.sees('waiting');
    await pause(2_500);
    expect(await person.sees('waiting', 'error')).toBe('waiting');
    await person.press('Cancel');
    await person.sees('error', 'idle');
    expect(await person.heard()).toContain('alpaca-error:cancelled');
    await popup.close();
    stage.simulator.control.coop = 'unsafe-none';
  });

  it('says that the popup was blocked when there was no click, and a click connects', async () => {
    const person = await visit();
    // Opening the page counts as a click, and Chromium lets a popup open for five seconds after one.
    await pause(5_500);
    const session = await person.page.createCDPSession();
    await session.send('Runtime.evaluate', {
      expression: `{
        const element = document.querySelector('alpaca-connect');
        element.disclosure = 'off';
        element.connect().catch(() => {});
        element.disclosure = 'on';
      }`,
      userGesture: false,
    });
    await person.sees('error');
    expect(await person.heard()).toContain('alpaca-error:popup_blocked');
    await decide(await person.openPopup(), 'Allow');
    await person.sees('connected');
  });

  it('opens no popup when the person cancels the disclosure', async () => {
    const person = await visit();
    await person.pressConnect();
    await person.sees('disclosing');
    expect(await person.text()).toContain('Test Desk');
    await person.press('Cancel');
    await person.sees('idle');
    expect(await person.page.browserContext().pages()).toHaveLength(1);
  });

  it('shows the paragraph of Alpaca’s review, and logs that the person agreed to it', async () => {
    await using reviewed = await openStage({
      environment: {
        APP_DISCLOSURE: 'review',
        APP_URL: 'https://www.shop.test/about',
        ALPACA_SCOPES: 'data',
      },
    });
    const person = await Person.at(chromium.browser, reviewed.url);
    await person.sees('idle');
    await decide(await person.openPopup('button', 'Allow'), 'Allow');
    await person.sees('connected');
    const text = [
      'Authorize Test Desk By allowing Test Desk to access your Alpaca account, you are granting Test Desk access to your account information and authorization to place transactions at your direction. Alpaca does not warrant or guarantee that Test Desk will work as advertised or expected. Before authorizing, learn more about Test Desk.',
      'Test Desk asks for access to your paper account (simulated money). It will be able to:',
      'see your account, balances, positions and orders',
      'read market data through your Alpaca subscription',
      'Test Desk was not developed by Alpaca and is not affiliated with it. Alpaca does not endorse it, and does not warrant that it works as advertised.',
      'Alpaca will ask you to log in and to confirm, in a window of its own.',
    ];
    const disclosure = createHash('sha256').update(text.join(' ')).digest('base64url');
    const [started = ''] = reviewed
      .logged()
      .split('\n')
      .filter((line) => line.includes('attempt_started'));
    expect(JSON.parse(started)).toMatchObject({ origin: reviewed.url, disclosure });
  });

  it('shows Alpaca its own page for an unknown app, and tells a person who closes it what happened', async () => {
    await using lost = await openStage({ environment: { ALPACA_CLIENT_ID: 'f'.repeat(32) } });
    const person = await Person.at(chromium.browser, lost.url);
    await person.sees('idle');
    await person.listen();
    const popup = await person.openPopup('h1');
    await popup.waitForFunction(() => /unknown|not known|client/i.test(document.body.textContent ?? ''));
    await closeAsPerson(popup);
    await person.sees('error');
    expect(await person.heard()).toContain('alpaca-error:popup_closed');
  });

  it('tells the owner which variables to check when Alpaca refuses the secret', async () => {
    await using misconfigured = await openStage({ environment: { ALPACA_CLIENT_SECRET: 'f'.repeat(40) } });
    const person = await Person.at(chromium.browser, misconfigured.url);
    await person.sees('idle');
    await person.listen();
    await decide(await person.openPopup(), 'Allow');
    await person.sees('error');
    expect(await person.heard()).toContain('alpaca-error:config_invalid');
    expect(await person.text()).toContain('ALPACA_CLIENT_SECRET');
  });
});
