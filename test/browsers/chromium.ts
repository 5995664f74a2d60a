import { CHROMIUM_ARGUMENTS } from '../browser/chromium-arguments.ts';
import { findChromium, requireChromium } from '../browser/find-chromium.ts';
import { findDisplay } from '../browser/find-display.ts';
import type { Engine } from './engine.ts';
import { openPuppeteerBrowser } from './puppeteer-browser.ts';

export const chromium: Engine = {
  name: 'Chromium',
  packages: ['chromium', 'xvfb', 'openbox', 'openssl'],
  isInstalled: () => findChromium() !== undefined && findDisplay() !== undefined,
  severedBy: ['same-origin-allow-popups', 'same-origin', 'noopener-allow-popups'],
  keepsForeignSession: true,
  open: () =>
    openPuppeteerBrowser({
      executablePath: requireChromium(),
      args: [
        ...CHROMIUM_ARGUMENTS.filter((argument) => argument !== '--headless'),
        '--ignore-certificate-errors',
      ],
      ignoreDefaultArgs: ['--disable-popup-blocking'],
    }),
};
