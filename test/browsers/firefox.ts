import { findDisplay } from '../browser/find-display.ts';
import { findFirefox } from '../browser/find-firefox.ts';
import type { Engine } from './engine.ts';
import { openPuppeteerBrowser } from './puppeteer-browser.ts';

/** What puppeteer's profile switches off and people have on: the popup blocker, and cookies kept apart by site. */
const AS_PEOPLE_HAVE_IT = {
  'dom.disable_open_during_load': true,
  'browser.contentblocking.features.standard': '-tp,tpPrivate,cookieBehavior5,-cryptoTP,-fp',
  'network.cookie.cookieBehavior': 5,
};

export const firefox: Engine = {
  name: 'Firefox',
  packages: ['firefox-esr', 'xvfb', 'openbox', 'openssl'],
  isInstalled: () => findFirefox() !== undefined && findDisplay() !== undefined,
  // Firefox does not know noopener-allow-popups, and ignores it.
  severedBy: ['same-origin-allow-popups', 'same-origin'],
  keepsForeignSession: true,
  open: () =>
    openPuppeteerBrowser({
      browser: 'firefox',
      executablePath: findFirefox() ?? '',
      extraPrefsFirefox: AS_PEOPLE_HAVE_IT,
    }),
};
