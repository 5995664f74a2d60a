import type { ConnectErrorCode, Environment } from '../server/contract.ts';

/**
 * Every sentence that a person can read in the page, in English. An error says what happened and what to do next.
 * A server that explains an error itself (for example which live-trading rule refused an account) is quoted instead.
 */
export const messages = {
  label: {
    connect: 'Connect with Alpaca',
    show: 'Show the Alpaca window',
    reopen: 'Open the Alpaca window again',
    finishing: 'Connecting…',
    retry: 'Try again',
    reconnect: 'Reconnect',
    disconnect: 'Disconnect',
    cancel: 'Cancel',
    continue: 'Continue',
  },
  status: {
    opening: 'Opening the Alpaca window.',
    waiting: 'Finish in the Alpaca window.',
    finishing: 'Connecting your account.',
    connected: 'Connected to Alpaca.',
    expired: 'Alpaca no longer accepts this connection. Reconnect to continue.',
  },
  environment: { paper: 'Paper', live: 'Live' } satisfies Record<Environment, string>,
  revoked: 'Reconnect needed',
  accountEnding: (digits: string) => `Account ending in ${digits}`,
  disclosure: {
    title: (app: string) => `Connect your Alpaca account to ${app}`,
    intro: (app: string, account: string) => `${app} asks for access to ${account}. It will be able to:`,
    account: {
      paper: 'your paper trading account (simulated money)',
      live: 'your live trading account (real money)',
      both: 'your paper account (simulated money) and your live account (real money)',
    },
    read: 'see your account, balances, positions and orders',
    scope: {
      trading: 'place, change and cancel orders at your direction',
      'account:write': 'change your account settings and watchlists',
      data: 'read market data through your Alpaca subscription',
    },
    otherScope: (scope: string) => `use the permission “${scope}”`,
    notice: (app: string) =>
      `${app} was not developed by Alpaca. Alpaca does not endorse it, and does not warrant that it works as advertised.`,
    next: 'Alpaca will ask you to log in and to confirm, in a window of its own.',
  },
  error: {
    popup_blocked:
      'Your browser blocked the Alpaca window. Allow pop-ups for this site, or press the button once more.',
    popup_closed: 'The Alpaca window was closed before it finished. Try again when you are ready.',
    cancelled: 'Connecting was cancelled. Nothing was connected.',
    access_denied: 'Alpaca was not given permission. Try again and choose Allow to connect.',
    timeout: 'Connecting took too long, so it was stopped. Try again.',
    origin_not_allowed:
      'This website is not on the list of sites that may connect. Its owner has to add its origin to EMBED_ORIGINS.',
    opener_blocked:
      'This page is cut off from the windows it opens. Its owner has to send the header Cross-Origin-Opener-Policy: same-origin-allow-popups instead of same-origin.',
    attempt_expired: 'This attempt to connect is too old. Try again.',
    live_not_allowed: 'This app may not connect live accounts. Connect a paper account instead.',
    exchange_failed: 'Alpaca confirmed, but the connection could not be completed. Try again.',
    cookies_blocked:
      'Your browser did not keep the cookie that holds the connection. Allow cookies for this site, or turn off strict tracking protection for it, and try again.',
    network: 'The server could not be reached. Check your internet connection and try again.',
    provider_error: 'Alpaca could not complete the request. Try again in a moment.',
    config_invalid:
      'The connect button is not set up correctly. The owner of this website has to check its configuration.',
  } satisfies Record<ConnectErrorCode, string>,
};

/** What the developer who placed the button has to change, for the ways to misplace it. */
export const setupMessages = {
  serverMissing:
    'Tell <alpaca-connect> where its server is: set the attribute server="https://…/alpaca" to the URL where the router is mounted.',
  serverInvalid:
    'The attribute "server" of <alpaca-connect> has to be an http(s) URL, for example https://example.com/alpaca.',
  pathInvalid:
    'fetch(api, path) takes a path that begins with a single slash, as in Alpaca’s documentation, for example /v2/account.',
  apiInvalid: 'fetch(api, path) takes one of the APIs "paper", "live" and "data".',
  insecureContext:
    'Browsers offer the cryptography that this button needs only on https pages and on http://localhost. Serve this page from one of them.',
};

/** Every sentence of the two pages of the popup. Apart, so that those pages do not carry the table above. */
export const popupMessages = {
  starting: 'Opening Alpaca…',
  noOpener:
    'This window works only when the connect button of a website opens it. If you came here from such a button, that website cuts itself off from its windows: its owner has to send the header Cross-Origin-Opener-Policy: same-origin-allow-popups instead of same-origin.',
  noAnswer: 'The website that opened this window does not answer. Close this window and try again there.',
  network: 'The connect server could not be reached. Close this window and try again.',
  finishing: 'Finishing…',
  done: 'Done. You can close this window.',
  notDelivered:
    'The result could not be handed to the website. Close this window, go back to the website and try again there.',
};
