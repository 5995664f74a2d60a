// The button inside of a dialog of the page. Keys that mean the disclosure must not reach what the page has around it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { Person } from './person.ts';

const { resolve } = createRequire(import.meta.url);
const FOCUS_TRAP = ['tabbable/dist/index.umd.js', 'focus-trap/dist/focus-trap.umd.js']
  .map((name) => `<script>${readFileSync(resolve(name), 'utf8')}</script>`)
  .join('');

/** What the page has around the button, by the kind of its dialog. `window.pageDialogOpen()` tells whether it is still open. */
const PAGES: Record<string, string> = {
  native: `<dialog id="around"><button>First</button><alpaca-connect></alpaca-connect><button>Last</button></dialog>
    <script>
      around.showModal();
      pageDialogOpen = () => around.open;
    </script>`,
  own: `<div id="around" role="dialog"><button>First</button><alpaca-connect></alpaca-connect><button>Last</button></div>
    <script>
      document.addEventListener('keydown', ({ key }) => { if (key === 'Escape') around.hidden = true; }, true);
      pageDialogOpen = () => !around.hidden;
    </script>`,
  trap: `<div id="around" role="dialog"><button>First</button><alpaca-connect></alpaca-connect><button>Last</button></div>
    ${FOCUS_TRAP}
    <script>
      const trap = focusTrap.createFocusTrap(around, { clickOutsideDeactivates: true });
      trap.activate();
      pageDialogOpen = () => trap.active;
    </script>`,
};

let stage: Stage;
let chromium: OpenBrowser;
beforeAll(async () => {
  [stage, chromium] = await Promise.all([
    openStage({
      pages: ({ path }, response) => {
        response.send(`<!doctype html><html lang="en"><title>A page</title>${PAGES[path.slice(1)] ?? ''}
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

describe.each(Object.keys(PAGES))("the disclosure in a page's dialog (%s)", (kind) => {
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
    for (const stop of ['Continue', 'Cancel']) {
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
