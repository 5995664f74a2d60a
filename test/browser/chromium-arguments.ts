/** Headless, as root in a container, and silent: no request of the browser's own. */
export const CHROMIUM_ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // The list below the address bar is a page of its own, two for each window: more than half of the browser's processor time.
  '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup',
];
