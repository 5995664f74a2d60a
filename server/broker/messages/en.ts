/** Every sentence that a person reads on the pages of the service. A word in braces is replaced. */
export const en = {
  consent: {
    title: '{app} asks for access to your {broker} account',
    place: 'You are at {broker}. The address bar of your browser has to show {host}.',
    says: '{app} says about itself:',
    may: 'If you allow it, {app} can:',
    read: 'see your account, balances, positions and orders',
    trade: 'place, change and cancel orders at your direction',
    account: 'Account',
    ending: 'Account ending in {digits}',
    blocked: 'Cannot be connected. Its status is {status}.',
    realMoney: 'Cannot be connected. Alpaca has not approved {app} for real money.',
    unapproved: 'Alpaca has not approved {app} for real money.',
    notice: '{broker} and Alpaca did not develop {app} and do not guarantee it.',
    terms: 'Terms of use of {app}:',
    privacy: 'Privacy policy of {app}:',
    returns: 'You will return to {host}.',
    signedIn: 'You are signed in as {user}.',
    other: 'Not you?',
    deny: 'Deny',
    allow: 'Allow',
  },
  refusal: {
    title: 'Nothing was allowed',
    unknownClient:
      '{broker} does not know the app that sent you here, or it is switched off. Nothing was shared with it. Go back to the app. If this happens again, tell its makers.',
    foreignAddress:
      'The app that sent you here wants you to return to an address that it has not registered. Nothing was shared with it. Go back to the app. If this happens again, tell its makers.',
    badRequest:
      'The link that brought you here is damaged or incomplete. Nothing was shared. Go back to the app and begin again there.',
    spent: 'This page was used already, or it is too old. Go back to the app and begin again there.',
    forbidden:
      'Your answer did not come from the page that asked you, or somebody else is signed in by now. Nothing was shared. Go back to the app and begin again there.',
    noAccount: 'Choose an account on the page before this one. Nothing was shared yet.',
    unavailable: '{broker} cannot do this right now. Nothing was shared. Try again in a moment.',
    tooMany: 'This was tried too often. Nothing was shared. Wait a minute, then try again.',
    notFound: 'There is nothing at this address.',
    again: 'Try again',
    support: 'Help from {broker}',
  },
  grants: {
    title: 'Apps with access to your {broker} account',
    none: 'No app has access.',
    since: 'Since {date}',
    last: 'Access last renewed {date}',
    disconnect: 'Disconnect',
    disconnectApp: 'Disconnect {app}',
    ended: '{app} is disconnected, and its access has ended.',
    notEnded:
      '{app} is disconnected here and gets no new access. What it got before was not ended at Alpaca: ask {broker} to end it.',
  },
};

export type Messages = {
  readonly [Group in keyof typeof en]: Readonly<Record<keyof (typeof en)[Group], string>>;
};

/**
 * What Alpaca's review of apps compares word for word, so it is in English only. The last words are a link where the app has an
 * address.
 */
export const review = {
  text: 'By allowing {app} to access your {broker} account, you are granting {app} access to your account information and authorization to place transactions at your direction. Alpaca does not warrant or guarantee that {app} will work as advertised or expected. Before authorizing, ',
  link: 'learn more about {app}',
};
