import type { Page } from 'puppeteer-core';
import { expect, it } from 'vitest';
import { Rebalancer } from '../../demo/rebalancer.ts';
import { serveDemoPage } from '../../demo/serve-demo-page.ts';
import { connectionsOfUser } from '../../server/away.ts';
import { openStage } from '../stage.ts';
import { openBrowser } from './open-browser.ts';
import { decide, Person } from './person.ts';

const PAPER = '[data-place="paper"]';

it('acts while the person is away, tells them when they come back, and stops when they end it', async () => {
  let rebalancer: Rebalancer | undefined;
  await using stage = await openStage({
    environment: { AWAY_DAYS: '30' },
    hooks: { getUser: () => 'visitor' },
    pages: serveDemoPage({
      simulated: true,
      places: ['paper'],
      away: { days: 30, entries: () => rebalancer?.entries ?? [] },
    }),
  });
  rebalancer = new Rebalancer(() => connectionsOfUser(stage.service, 'visitor'));
  await using chromium = await openBrowser();
  const visit = async () => {
    const person = await Person.at(chromium.browser, `${stage.url}/`);
    await person.sees('idle');
    return person;
  };
  const says = ({ page }: Person, where: string, text: string) =>
    page.waitForFunction(
      (...[selector, wanted]) => {
        const found = document.querySelector(selector);
        return (found?.shadowRoot ?? found)?.textContent?.includes(wanted);
      },
      { polling: 100, timeout: 20_000 },
      where,
      text,
    );

  const person = await visit();
  await person.page.locator('[data-part="away-choice"]').click();
  await person.page.locator(`${PAPER} alpaca-connect >>> [part~="button"]`).click();
  await says(person, `${PAPER} alpaca-connect`, 'while you are away');
  const opened = new Promise<Page>((resolve) => person.page.once('popup', (page) => resolve(page as Page)));
  await person.press('Continue');
  const popup = await opened;
  await popup.waitForSelector('button ::-p-text(Allow)');
  await decide(popup, 'Allow');
  await says(person, '.desk [data-part="stream-state"]', 'Streaming');
  await person.page.browserContext().close();

  await rebalancer.run();
  expect(rebalancer.entries).toHaveLength(1);

  // Another browser, in which nothing is connected.
  const back = await visit();
  await says(back, '[data-part="while-away"]', 'SPY: it was');
  const end = `${PAPER} alpaca-connect >>> [part~="end"]`;
  await back.page.locator(end).click();
  await expect.poll(() => connectionsOfUser(stage.service, 'visitor')).toEqual([]);
  await expect.poll(() => back.page.$(end)).toBeNull();
});
