import type { ConnectErrorCode } from '../../server/contract.ts';

/** What happened and what to do next, in English. Apart from the rest, for those who use the flow without the element. */
export const enErrors = {
  popup_blocked: 'Your browser blocked the Alpaca window. Allow pop-ups for this site and try again.',
  popup_closed: 'The Alpaca window was closed before it finished. Try again when you are ready.',
  cancelled: 'Connecting was cancelled.',
  access_denied: 'Alpaca was not given permission. Try again and choose Allow to connect.',
  timeout: 'Connecting took too long. Try again.',
  origin_not_allowed:
    'This website may not connect yet. Its owner has to add its origin to EMBED_ORIGINS on the server.',
  opener_blocked:
    'This page is cut off from the windows it opens. Its owner has to send the header Cross-Origin-Opener-Policy: same-origin-allow-popups.',
  attempt_expired: 'This attempt to connect is too old. Try again.',
  live_not_allowed: 'This app may not connect live accounts. Connect a paper account instead.',
  exchange_failed: 'Alpaca confirmed, but the connection could not be completed. Try again.',
  cookies_blocked:
    'Your browser did not keep the cookie of this connection. Allow cookies for this site, or turn off strict tracking protection for it, and try again.',
  network: 'The server could not be reached. Check your internet connection and try again.',
  provider_error: 'Alpaca could not complete the request. Try again in a moment.',
  config_invalid: 'The connect button is not set up correctly. The owner of this website has to check it.',
} satisfies Record<ConnectErrorCode, string>;
