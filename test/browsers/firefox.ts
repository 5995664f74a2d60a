import { findDisplay } from '../browser/find-display.ts';
import { findFirefox } from '../browser/find-firefox.ts';
import type { Browser, Engine } from './engine.ts';
import { openPuppeteerBrowser } from './puppeteer-browser.ts';

/** What puppeteer's profile switches off and people have on: the popup blocker, and cookies kept apart by site. */
const AS_PEOPLE_HAVE_IT = {
  'dom.disable_open_during_load': true,
  'browser.contentblocking.features.standard': '-tp,tpPrivate,cookieBehavior5,-cryptoTP,-fp',
  'network.cookie.cookieBehavior': 5,
};

/** "All cookies" of what to block. The other preference would set it back. */
const WITHOUT_COOKIES = {
  'browser.contentblocking.category': 'custom',
  'network.cookie.cookieBehavior': 2,
};

export const firefox: Engine = {
  name: 'Firefox',
  packages: ['firefox-esr', 'xvfb', 'openbox', 'openssl'],
  isInstalled: () => findFirefox() !== undefined && findDisplay() !== undefined,
  // Firefox does not know noopener-allow-popups, and ignores it.
  severedBy: ['same-origin-allow-popups', 'same-origin'],
  keepsForeignSession: true,
  open: () => openFirefox(AS_PEOPLE_HAVE_IT),
  openWithoutCookies: () => openFirefox({ ...AS_PEOPLE_HAVE_IT, ...WITHOUT_COOKIES }),
};

function openFirefox(extraPrefsFirefox: Record<string, unknown>): Promise<Browser> {
  return openPuppeteerBrowser({ browser: 'firefox', executablePath: findFirefox() ?? '', extraPrefsFirefox });
}
