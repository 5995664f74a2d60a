/** How an element connects. `auto`: in a popup, unless there can be none. */
export type ConnectMode = 'auto' | 'popup' | 'redirect';

/** Browsers inside of apps, which open no second window or never come back from it (browsers.md, R6). */
const IN_APP = /; wv\)|FBA[NV]|Line\/|MicroMessenger|\(iP.*AppleWebKit(?!.*Safari)/;

/** Neither our pages nor Alpaca's show inside of another page, so a frame cannot go there itself. */
export function canRedirect(): boolean {
  return window === window.top;
}

/**
 * The way to begin with. A page that is isolated from its windows loses them at once (`crossOriginIsolated`); one that
 * only sends `Cross-Origin-Opener-Policy: same-origin` learns it from its first popup.
 */
export function chooseWay(mode: ConnectMode): 'popup' | 'redirect' {
  if (mode !== 'auto') return mode;
  const { standalone, userAgent } = navigator as Navigator & { standalone?: boolean };
  const hopeless = crossOriginIsolated || standalone || IN_APP.test(userAgent);
  return hopeless && canRedirect() ? 'redirect' : 'popup';
}
