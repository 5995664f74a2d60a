import { readPopupMessage } from './popup-messages.ts';

/**
 * The window that a link opened: the first on the server's origin to say that it is ready. Only the launch page says so,
 * and only to the page that opened it. Stops with `signal`, and is then left pending.
 */
export function linkedPopup(origin: string, signal: AbortSignal): Promise<Window> {
  return new Promise((resolve) => {
    const hear = (event: MessageEvent<unknown>) => {
      const ready = readPopupMessage(event.data)?.type === 'alpaca-connect:ready';
      if (ready && event.origin === origin) resolve(event.source as Window);
    };
    window.addEventListener('message', hear, { signal });
  });
}
