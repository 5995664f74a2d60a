import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage.ts';
import { type OpenBrowser, openBrowser } from './open-browser.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let stage: Stage;
let chromium: OpenBrowser;
beforeAll(async () => {
  [stage, chromium] = await Promise.all([openStage(), openBrowser()]);
});
afterAll(async () => {
  for (const part of [chromium, stage]) await part[Symbol.asyncDispose]();
});

describe("the popup's pages", () => {
  it.each([
    ['launch without an opener', (url: string) => `/launch?origin=${encodeURIComponent(url)}`, 'button'],
    ['launch for another site', () => '/launch?origin=https://evil.example', 'EMBED_ORIGINS'],
    ['callback of no attempt', () => '/callback?code=c&state=s', 'was not started in this browser'],
  ])('are whole for a screen reader: %s', async (_, path, sentence) => {
    const page = await chromium.browser.newPage();
    await page.goto(`${stage.url}/alpaca${path(stage.url)}`);
    await expect.poll(() => page.$eval('[role=status]', (each) => each.textContent)).toContain(sentence);
    await page.evaluate(AXE);
    const { violations, passes } = await page.evaluate(() =>
      (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
        runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
        rules: { 'aria-allowed-role': { enabled: true }, 'landmark-one-main': { enabled: true } },
      }),
    );
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`)).toEqual([]);
    expect(passes.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['aria-allowed-role', 'color-contrast', 'landmark-one-main']),
    );
    await page.close();
  });
});
