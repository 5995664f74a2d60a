import type { ConnectErrorCode } from '../../server/contract.ts';

/** What happened and what to do next, in English. Apart from the rest, for those who use the flow without the element. */
export const enErrors = {
  popup_blocked: 'Your browser blocked the {provider} window. Allow pop-ups for this site and try again.',
  popup_closed: 'The {provider} window was closed before it finished. Try again when you are ready.',
  cancelled: 'Connecting was cancelled.',
  access_denied: '{provider} was not given permission. Try again and choose Allow to connect.',
  timeout: 'Connecting took too long. Try again.',
  origin_not_allowed:
    'This website may not connect yet. Its owner has to add its origin to EMBED_ORIGINS on the server.',
  opener_blocked:
    'This page is cut off from the windows it opens. Its owner has to send the header Cross-Origin-Opener-Policy: same-origin-allow-popups.',
  attempt_expired: 'This attempt to connect is too old. Try again.',
  live_not_allowed: 'This app may not connect live accounts. Connect a paper account instead.',
  exchange_failed: '{provider} confirmed, but the connection could not be completed. Try again.',
  cookies_blocked:
    'Your browser did not keep the cookie of this connection. Allow cookies for this site, or turn off strict tracking protection for it, and try again.',
  network: 'The server could not be reached. Check your internet connection and try again.',
  provider_error: '{provider} could not complete the request. Try again in a moment.',
  config_invalid: 'The connect button is not set up correctly. The owner of this website has to check it.',
} satisfies Record<ConnectErrorCode, string>;

/** With the code `network`, when something answered that is not the server. {status} is the status of its answer. */
export const foreignAnswer =
  'Something between this page and its server answered instead (HTTP {status}). If this network has a sign-in page, sign in there; if not, try again in a moment.';

/**
 * Every sentence that a person can read in the page, in English, which ships inside the script. The other languages are
 * files of their own. A word in braces is replaced: {app} by the name of the app, {provider} by that of
 * Alpaca or of the broker partner, {digits} by those of the account, {count} by a number, {date} by a day.
 */
export const en = {
  label: {
    connect: 'Connect with {provider}',
    show: 'Show the {provider} window',
    reopen: 'Open the {provider} window again',
    open: 'Open the {provider} window',
    redirect: 'Continue in this tab',
    finishing: 'Connecting…',
    retry: 'Try again',
    reconnect: 'Reconnect',
    add: 'Add an account',
    disconnect: 'Disconnect',
    end: 'End',
    cancel: 'Cancel',
    continue: 'Continue',
    deny: 'Deny',
    allow: 'Allow',
    cancelWaiting: 'Cancel',
  },
  status: {
    opening: 'Opening the {provider} window.',
    waiting: 'Finish in the {provider} window.',
    finishing: 'Connecting your account.',
    connected: 'Connected to {provider}.',
    accounts: 'Connected accounts: {count}.',
    expired: '{provider} no longer accepts this connection. Reconnect to continue.',
    ended: 'The app no longer acts for you.',
  },
  account: {
    paper: 'Paper',
    live: 'Live',
    ending: 'Account ending in {digits}',
    revoked: 'Reconnect needed',
    away: 'Acts until {date}',
  },
  cannotTrade: {
    closed: 'Cannot trade: closed',
    pending: 'Cannot trade: under review',
    inactive: 'Cannot trade: not active',
    blocked: 'Cannot trade: blocked',
    status: 'Connected to {provider}, but an account cannot trade now. Log in at {provider} to see why.',
  },
  disclosure: {
    title: 'Connect your {provider} account to {app}',
    paper: '{app} asks for access to your paper account (simulated money). It will be able to:',
    live: '{app} asks for access to your live account (real money). It will be able to:',
    both: '{app} asks for access to your paper account (simulated money) and your live account (real money). It will be able to:',
    read: 'see your account, balances, positions and orders',
    otherScope: 'use the permission “{scope}”',
    away: '{app} may also do this on its own while you are away, until {date}. You can end that here at any time.',
    notice:
      '{app} was not developed by {provider} and is not affiliated with it. {provider} does not endorse it, and does not warrant that it works as advertised.',
    partner:
      '{app} was not developed by {provider} or by Alpaca and is not affiliated with either. Neither of them endorses it, or warrants that it works as advertised.',
    next: '{provider} will ask you to log in and to confirm, in a window of its own.',
    here: '{provider} will ask you to log in and to confirm, here in this tab. If its page does not load, open this one in your browser.',
  },
  scope: {
    trading: 'place, change and cancel orders at your direction',
    'account:write': 'change your account settings and watchlists',
    data: 'read market data through your {provider} subscription',
  },
  error: {
    ...enErrors,
    foreign_answer: foreignAnswer,
    // With the codes `timeout` and `popup_closed`.
    no_window: 'The {provider} window did not load. Try again.',
    // With the code `config_invalid`.
    old_browser: 'This browser lacks something that connecting needs. Update it, or use another one.',
  },
};

/** What Alpaca's review of apps compares word for word, so it is in English only. The last words are a link. */
export const review = {
  title: 'Authorize {app}',
  text: 'By allowing {app} to access your Alpaca account, you are granting {app} access to your account information and authorization to place transactions at your direction. Alpaca does not warrant or guarantee that {app} will work as advertised or expected. Before authorizing, ',
  link: 'learn more about {app}',
};

/** Every sentence of the two pages of the popup, in English only. */
export const popup = {
  starting: 'Opening Alpaca…',
  noOpener:
    'This window works only when the connect button of a website opens it. If you came here from such a button, that website cuts itself off from its windows: its owner has to send the header Cross-Origin-Opener-Policy: same-origin-allow-popups instead of same-origin.',
  noAnswer: 'The website that opened this window does not answer. Close this window and try again there.',
  network: 'The connect server could not be reached. Close this window and try again.',
  done: 'Done. You can close this window.',
  notDelivered:
    'The result could not be handed to the website. Close this window, go back to the website and try again there.',
};

/** What the developer who placed the button has to change, for the ways to misplace it. In English only. */
export const setup = {
  serverInvalid: 'The server has to be an http(s) URL, for example https://example.com/alpaca.',
  pathInvalid: 'The path begins with a single slash, for example /v2/account.',
  apiInvalid: 'The API is "paper", "live" or "data".',
  insecureContext: 'Connecting needs a page on https or on http://localhost.',
  framed:
    'A sandboxed frame around the connect button needs allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox. Otherwise, allow pop-ups for this site.',
};

/** As `setup`, for what the headless core does not have. */
export const elementSetup = {
  serverMissing:
    '<alpaca-connect> needs the attribute server="https://…/alpaca", the URL where the router is mounted.',
  environmentInvalid: 'The environment is "paper" or "live".',
  pageNotListed:
    'This page cannot connect in its own tab, because its server does not list it. Add {page} to RETURN_PAGES there.',
  appUrlMissing: 'disclosure="review" needs APP_URL on the server, an https address to link to.',
  awayInvalid:
    'The attribute away is a number of days, at most {days}: the AWAY_DAYS of the server, which needs getUser, too.',
  unseen: 'The button is hidden, and its dialog with it. Show it, or set disclosure="off".',
};
