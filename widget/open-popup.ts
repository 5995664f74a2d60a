import { generateRandomNonce } from 'oauth4webapi';

const WIDTH = 520;
const HEIGHT = 760;

/**
 * Opens the popup, centred over this window; null when the browser blocked it. The only caller of `window.open`, and
 * it has to be reached synchronously from the click: WebKit blocks a popup after any real `await`.
 *
 * The name is unique, because a second popup of the same name would take over the first one's window. There is no
 * `noopener`: the handshake needs the opener, and Safari would answer null although the window opened.
 */
export function openPopup(url: string): Window | null {
  const left = Math.round(window.screenX + Math.max(0, (window.outerWidth - WIDTH) / 2));
  const top = Math.round(window.screenY + Math.max(0, (window.outerHeight - HEIGHT) / 2));
  const features = `popup,width=${WIDTH},height=${HEIGHT},left=${left},top=${top}`;
  return window.open(url, `alpaca-connect-${generateRandomNonce()}`, features);
}
