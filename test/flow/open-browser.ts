import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser } from 'puppeteer-core';
import { CHROMIUM_ARGUMENTS } from '../browser/chromium-arguments.ts';
import { requireChromium } from '../browser/find-chromium.ts';

export interface OpenBrowser extends AsyncDisposable {
  browser: Browser;
}

/**
 * A Chromium with a profile of its own and its popup blocker on, as a person has it, and started with `extra` arguments.
 *
 * @param preferences What the person set, as Chromium keeps it in the profile.
 */
export async function openBrowser(
  extra: readonly string[] = [],
  preferences: object = {},
): Promise<OpenBrowser> {
  const userDataDir = mkdtempSync(join(tmpdir(), 'chromium-'));
  mkdirSync(join(userDataDir, 'Default'));
  writeFileSync(join(userDataDir, 'Default', 'Preferences'), JSON.stringify(preferences));
  const browser = await puppeteer.launch({
    executablePath: requireChromium(),
    args: [...CHROMIUM_ARGUMENTS, ...extra],
    ignoreDefaultArgs: ['--disable-popup-blocking'],
    userDataDir,
  });
  return {
    browser,
    async [Symbol.asyncDispose]() {
      await browser.close();
      rmSync(userDataDir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
