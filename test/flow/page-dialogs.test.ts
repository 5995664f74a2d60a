// The button inside of a dialog of the page. Keys that mean the disclosure must not reach what the page has around it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage.ts';
import { DIALOG_PAGES } from './dialog-pages.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { Person } from './person.ts';

let stage: Stage;
let chromium: OpenBrowser;
beforeAll(async () => {
  [stage, chromium] = await Promise.all([
    openStage({
      pages: ({ path }, response) => {
        response.send(`<!doctype html><html lang="en"><title>A page</title>${DIALOG_PAGES[path.slice(1)] ?? ''}
          <script type="module" src="/alpaca/connect.js"></script>`);
      },
    }),
    openBrowser(),
  ]);
});
afterAll(async () => {
  for (const part of [chromium, stage]) await part[Symbol.asyncDispose]();
});

async function disclosing(kind: string): Promise<Person> {
  const person = await Person.at(chromium.browser, `${stage.url}/${kind}`);
  await person.sees('idle');
  await person.pressConnect();
  await person.sees('disclosing');
  return person;
}

const isOpen = ({ page }: Person) =>
  page.evaluate(() => (window as unknown as { pageDialogOpen(): boolean }).pageDialogOpen());

/** What has the focus inside of the element, as text. */
const focused = ({ page }: Person) =>
  page.evaluate(
    () => document.querySelector('alpaca-connect')?.shadowRoot?.activeElement?.textContent?.trim() ?? '',
  );

describe.each(Object.keys(DIALOG_PAGES))("the disclosure in a page's dialog (%s)", (kind) => {
  it('is closed by Escape, and the other one by the next Escape only', async () => {
    const person = await disclosing(kind);
    await person.page.keyboard.press('Escape');
    await person.sees('idle');
    expect(await isOpen(person)).toBe(true);
    await person.page.keyboard.press('Escape');
    await expect.poll(() => isOpen(person)).toBe(false);
  });

  it('is left alone by Escape after a click on its text', async () => {
    const person = await disclosing(kind);
    await person.page.locator('alpaca-connect >>> dialog p').click();
    await person.page.keyboard.press('Escape');
    await person.sees('idle');
    expect(await isOpen(person)).toBe(true);
  });

  it('has a Tab that comes round, and leaves the other one as it is', async () => {
    const person = await disclosing(kind);
    const title = await focused(person);
    expect(title).toContain('Connect your Alpaca account');
    for (const stop of ['Cancel', 'Continue', title, 'Cancel', 'Continue', title]) {
      await person.page.keyboard.press('Tab');
      expect(await focused(person)).toBe(stop);
    }
    await person.page.keyboard.down('Shift');
    for (const stop of ['Continue', 'Cancel', title, 'Continue']) {
      await person.page.keyboard.press('Tab');
      expect(await focused(person)).toBe(stop);
    }
    await person.page.keyboard.up('Shift');
    expect(await isOpen(person)).toBe(true);
    await person.press('Cancel');
    await person.sees('idle');
    expect(await isOpen(person)).toBe(true);
  });
});
