import type { ConnectionsAnswer } from '../server/contract.ts';

/** How an element connects. `auto`: in a popup, unless there can be none and the server lists the page for the other way. */
export type ConnectMode = 'auto' | 'popup' | 'redirect';

/** Browsers inside of apps, which open no second window or never come back from it. */
const IN_APP = /; wv\)|FBA[NV]|Line\/|MicroMessenger|\(iP.*AppleWebKit(?!.*Safari)/;

/** Neither our pages nor Alpaca's show inside of another page, so a frame cannot go there itself. */
export function canRedirect(): boolean {
  return window === window.top;
}

/** This page as the server's `RETURN_PAGES` has to name it: origin and path. */
export function pageAddress(): string {
  return location.origin + location.pathname;
}

/** Whether this tab can go to Alpaca and come back, by what the server said. Not before it said anything. */
export function canReturn(answer: Pick<ConnectionsAnswer, 'returnPages'> | undefined): boolean {
  return canRedirect() && (answer?.returnPages?.includes(pageAddress()) ?? false);
}

/**
 * The way to begin with, decided without waiting, because a click allows a popup only at once. A page that is isolated from its windows loses them at once (`crossOriginIsolated`); one that
 * only sends `Cross-Origin-Opener-Policy: same-origin` learns it from its first popup.
 */
export function chooseWay(
  mode: ConnectMode,
  answer?: Pick<ConnectionsAnswer, 'returnPages'>,
): 'popup' | 'redirect' {
  if (mode !== 'auto') return mode;
  const { standalone, userAgent } = navigator as Navigator & { standalone?: boolean };
  const hopeless = crossOriginIsolated || standalone || IN_APP.test(userAgent);
  return hopeless && canReturn(answer) ? 'redirect' : 'popup';
}
