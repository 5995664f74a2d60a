// People double-click on buttons. The first click may open a dialog under the pointer, and the second one would answer it unread;
// or the first one closes the dialog, and the second one would open it again.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { Person } from './person.ts';

let stage: Stage;
let chromium: OpenBrowser;
beforeAll(async () => {
  [stage, chromium] = await Promise.all([openStage(), openBrowser()]);
});
afterAll(async () => {
  for (const part of [chromium, stage]) await part[Symbol.asyncDispose]();
});

/** The middle of a part of the element. */
const middleOf = ({ page }: Person, selector: string) =>
  page.evaluate((wanted) => {
    const part = document.querySelector('alpaca-connect')?.shadowRoot?.querySelector(wanted) as Element;
    const { left, top, width, height } = part.getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2 };
  }, selector);

/** Somebody at a page whose button is where this part of the dialog will be, with the pointer above it. */
async function personAbove(part: string): Promise<Person> {
  const person = await Person.at(chromium.browser, stage.url);
  await person.sees('idle');
  await person.pressConnect();
  await person.sees('disclosing');
  await person.page.waitForFunction(
    () => document.querySelector('alpaca-connect')?.shadowRoot?.getAnimations().length === 0,
  );
  const there = await middleOf(person, part);
  await person.press('Cancel');
  await person.sees('idle');
  await person.page.evaluate(({ x, y }) => {
    const element = document.querySelector('alpaca-connect') as HTMLElement;
    element.style.cssText = `position: fixed; left: ${x}px; top: ${y}px; translate: -50% -50%`;
  }, there);
  await person.listen();
  return person;
}

it.each(['.choice .main', '.choice .quiet'])(
  'the second click of a double click does not press %s, which the first one brought under the pointer',
  async (part) => {
    const person = await personAbove(part);
    const { x, y } = await middleOf(person, '[part~="button"]');
    await person.page.mouse.click(x, y, { count: 2, delay: 30 });
    await person.sees('disclosing');
    // As long as a press would take to tell.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await person.heard()).toEqual(['alpaca-statechange:disclosing']);
  },
);

it('the second click of a double click on Cancel does not press the button that was below it', async () => {
  const person = await personAbove('.choice .quiet');
  await person.pressConnect();
  await person.sees('disclosing');
  const { x, y } = await middleOf(person, '.choice .quiet');
  await person.page.mouse.click(x, y, { count: 2, delay: 30 });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect((await person.heard()).filter((event) => event.includes('statechange'))).toEqual([
    'alpaca-statechange:disclosing',
    'alpaca-statechange:idle',
  ]);
});
