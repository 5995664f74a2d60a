// A person who blocks all cookies in Chromium's settings. The callback of an attempt whose cookie was not kept cannot tell the page
// anything, so that the page would wait for ever: the launch page has to notice.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';
import { Person } from './person.ts';

const BLOCK = 2;

let stage: Stage;
let chromium: OpenBrowser;
beforeAll(async () => {
  const preferences = { profile: { default_content_setting_values: { cookies: BLOCK } } };
  [stage, chromium] = await Promise.all([openStage(), openBrowser([], preferences)]);
});
afterAll(async () => {
  for (const part of [chromium, stage]) await part[Symbol.asyncDispose]();
});

it.each(['url', 'neighbourUrl', 'foreignUrl'] as const)(
  'a browser that keeps no cookies is told so before Alpaca is asked, on %s',
  async (place) => {
    const person = await Person.at(chromium.browser, stage[place]);
    await person.sees('idle');
    await person.pressConnect();
    await person.press('Continue');
    await person.sees('error');
    expect(await person.heard()).toContain('alpaca-error:cookies_blocked');
    expect(await person.heard()).not.toContain('alpaca-statechange:waiting');
    expect(await person.text()).toContain('did not keep the cookie');
  },
);
