import { vi } from 'vitest';
import type { Peer } from '../../widget/popup/protocol.ts';

export const pageOrigin = 'https://page.example';
export const serverOrigin = 'https://server.example';

/** The globals of a page, as far as the flow uses them. Undone by `vi.unstubAllGlobals()`. */
export function stubPage(): EventTarget {
  const page = new EventTarget();
  vi.stubGlobal('window', page);
  vi.stubGlobal('location', { origin: pageOrigin });
  vi.stubGlobal('navigator', { locks: { request: (_name: string, work: () => unknown) => work() } });
  vi.stubGlobal('document', { baseURI: `${pageOrigin}/`, hasFocus: () => true });
  return page;
}

/** A popup on the server's origin: what the page posts to it, and messages that it sends to the page. */
export function stubPopup(page: EventTarget) {
  const received: { message: unknown; targetOrigin: string }[] = [];
  const postMessage = (message: unknown, targetOrigin: string) => received.push({ message, targetOrigin });
  const popup = { postMessage } as unknown as Window;
  const peer: Peer = { window: popup, origin: serverOrigin };
  const send = (data: unknown, from: { source?: unknown; origin?: string } = {}) => {
    const event = new Event('message');
    Object.assign(event, { data, source: popup, origin: serverOrigin, ...from });
    page.dispatchEvent(event);
  };
  return { peer, received, send };
}
