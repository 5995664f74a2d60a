import type { Peer } from './protocol.ts';

/** What the server writes into both pages of the popup. */
export interface PopupPageData {
  /** The page that may talk to this popup. The server took it from its own allow-list. */
  origin: string;
  /** Path where the router is mounted, for example `/alpaca`. */
  mount: string;
}

/** Reads what the server wrote beside the script. */
export function readPageData<Data extends PopupPageData>(): Data {
  return JSON.parse(document.getElementById('alpaca-connect-data')?.textContent ?? '') as Data;
}

/** Tells the person in words; the element is a live region. */
export function say(text: string): void {
  const element = document.getElementById('message');
  if (element) element.textContent = text;
}

/** The page that opened this popup, when the browser still knows it. */
export function openerOn(origin: string): Peer | undefined {
  const opener = window.opener as Window | null;
  return opener ? { window: opener, origin } : undefined;
}

/** Posts JSON to the popup's own server. The header proves that a script of this origin asks. */
export function postJson(url: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Alpaca-Connect': '1' },
    credentials: 'same-origin',
    cache: 'no-store',
    body: JSON.stringify(body),
  });
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
