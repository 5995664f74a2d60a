import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, {
  type BrowserContext,
  type ElementHandle,
  type JSHandle,
  type LaunchOptions,
  type Page,
} from 'puppeteer-core';
import type { Browser, Profile, View } from './engine.ts';
import { openDisplay } from './open-display.ts';

/** Starts a browser that puppeteer can drive, in sight, on a display of its own. */
export async function openPuppeteerBrowser(options: LaunchOptions): Promise<Browser> {
  const display = await openDisplay();
  const userDataDir = mkdtempSync(join(tmpdir(), 'browser-'));
  const browser = await puppeteer
    .launch({
      headless: false,
      acceptInsecureCerts: true,
      defaultViewport: null,
      env: display.environment,
      userDataDir,
      ...options,
    })
    .catch(async (error) => {
      await display[Symbol.asyncDispose]();
      throw error;
    });
  return {
    newProfile: async () => puppeteerProfile(await browser.createBrowserContext()),
    async [Symbol.asyncDispose]() {
      await browser.close();
      await display[Symbol.asyncDispose]();
      rmSync(userDataDir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function puppeteerProfile(context: BrowserContext): Profile {
  const known = new WeakMap<Page, View>();
  const viewOf = (page: Page): View => {
    const view = known.get(page) ?? puppeteerView(page);
    known.set(page, view);
    return view;
  };
  return {
    async open(url) {
      const page = await context.newPage();
      await page.goto(url);
      return viewOf(page);
    },
    views: async () => (await context.pages()).map(viewOf),
    [Symbol.asyncDispose]: () => context.close(),
  };
}

function puppeteerView(page: Page): View {
  return {
    address: async () => page.url(),
    run: (script, ...args) => page.evaluate(script as never, ...args),
    async click(find, ...args) {
      const found: JSHandle = await page.evaluateHandle(find as () => unknown, ...args);
      const element = found.asElement() as ElementHandle<Element> | null;
      await element?.click();
      await found.dispose();
      return element !== null;
    },
    async pressKey(key) {
      const shifted = key === 'Shift+Tab';
      if (shifted) await page.keyboard.down('Shift');
      await page.keyboard.press(shifted ? 'Tab' : key);
      if (shifted) await page.keyboard.up('Shift');
    },
    reload: async () => void (await page.reload()),
    close: () => page.close(),
  };
}
