import { enErrors } from './en-errors.ts';

/**
 * Every sentence that a person can read in the page, in English, which ships inside the script. The other languages are
 * files of their own. A word in braces is replaced: {app} by the name of the app, {digits} by those of the account.
 */
export const en = {
  label: {
    connect: 'Connect with Alpaca',
    show: 'Show the Alpaca window',
    reopen: 'Open the Alpaca window again',
    open: 'Open the Alpaca window',
    redirect: 'Continue in this tab',
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
  account: {
    paper: 'Paper',
    live: 'Live',
    ending: 'Account ending in {digits}',
    revoked: 'Reconnect needed',
  },
  disclosure: {
    title: 'Connect your Alpaca account to {app}',
    paper: '{app} asks for access to your paper account (simulated money). It will be able to:',
    live: '{app} asks for access to your live account (real money). It will be able to:',
    both: '{app} asks for access to your paper account (simulated money) and your live account (real money). It will be able to:',
    read: 'see your account, balances, positions and orders',
    otherScope: 'use the permission “{scope}”',
    notice:
      '{app} was not developed by Alpaca and is not affiliated with it. Alpaca does not endorse it, and does not warrant that it works as advertised.',
    next: 'Alpaca will ask you to log in and to confirm, in a window of its own.',
    here: 'Alpaca will ask you to log in and to confirm, here in this tab. If its page does not load, open this one in your browser.',
  },
  scope: {
    trading: 'place, change and cancel orders at your direction',
    'account:write': 'change your account settings and watchlists',
    data: 'read market data through your Alpaca subscription',
  },
  error: enErrors,
};
