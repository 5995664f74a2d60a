import type { AwayPermission, Connection } from '../../server/contract.ts';
import { disclosureOf } from '../../widget/alpaca-connect-view.ts';
import { en } from '../../widget/messages/en.ts';
import { translations } from '../../widget/messages/translations.ts';
import { offer, type Showing } from './specimen.ts';

export const paper: Connection = {
  id: 'paper',
  provider: 'alpaca',
  environment: 'paper',
  account: { id: 'paper', number: 'PA3X9ZQK1234', status: 'ACTIVE', currency: 'USD', tradingBlocked: false },
  scope: 'trading',
  connectedAt: '2026-08-01T12:00:00Z',
};
const live: Connection = {
  ...paper,
  id: 'live',
  environment: 'live',
  account: { ...paper.account, id: 'live', number: '938475610' },
};
const second: Connection = {
  ...paper,
  id: 'second',
  account: { ...paper.account, id: 'second', number: 'PA3X9ZQK5678' },
};
const allowed: AwayPermission = { ...paper, until: '2026-12-27T12:00:00Z' };
export const closed: Connection = {
  ...paper,
  account: { ...paper.account, status: 'ACCOUNT_CLOSED', tradingBlocked: true },
};
const revokedAt = '2026-08-02T12:00:00Z';

/** Every state, and what tells two looks of one state apart. */
export const states: Readonly<Record<string, Showing>> = {
  Loading: { state: 'loading' },
  Idle: { state: 'idle' },
  'Idle, live': { state: 'idle', environment: 'live' },
  Opening: { state: 'opening' },
  Waiting: { state: 'waiting' },
  'Waiting, out of reach': { state: 'waiting', severed: true },
  Finishing: { state: 'finishing', hasStatusLine: true },
  'Finishing, in the page’s own tab': { state: 'finishing' },
  'Connected just now': { state: 'connected', hasStatusLine: true, connections: [paper] },
  'Connected, paper': { state: 'connected', connections: [paper] },
  'Connected, live': { state: 'connected', environment: 'live', connections: [live] },
  'Connected, both': { state: 'connected', environment: 'both', connections: [paper, live] },
  'Connected, one revoked': {
    state: 'connected',
    environment: 'both',
    connections: [paper, { ...live, revokedAt }],
  },
  'Connected, closed': { state: 'connected', connections: [closed] },
  'Connected, one blocked': {
    state: 'connected',
    environment: 'both',
    connections: [paper, { ...live, account: { ...live.account, tradingBlocked: true } }],
  },
  'Connected, number not known': {
    state: 'connected',
    connections: [{ ...paper, account: { ...paper.account, number: '' } }],
  },
  'Several accounts': {
    state: 'connected',
    environment: 'both',
    multiple: true,
    connections: [paper, second, { ...live, revokedAt }],
  },
  'Several accounts, adding one': { state: 'waiting', multiple: true, connections: [paper, second] },
  'Several accounts, no room': { state: 'connected', multiple: true, canAdd: false, connections: [paper] },
  'Acts while you are away': { state: 'connected', connections: [paper], away: [allowed] },
  'Acts while you are away, not connected here': { away: [allowed] },
  Expired: { state: 'expired', connections: [{ ...paper, revokedAt }] },
  'Error, popup blocked': {
    state: 'error',
    error: en.error.popup_blocked,
    blocked: { href: '#states', canRedirect: true },
  },
  'Error, refused': { state: 'error', error: en.error.access_denied },
  'Error, cookies blocked': { state: 'error', error: en.error.cookies_blocked },
};

const OWN_TEXT =
  'Demo Desk is run by Demo Desk Ltd. Trading can lose money.\n\nOur terms: https://www.example.com/terms.';
const reviewed = { ...offer, disclosure: 'review', appUrl: 'https://www.example.com/about' };

export const dialogs: Readonly<Record<string, Showing>> = {
  Paper: { state: 'disclosing' },
  'Live: real money': { state: 'disclosing', environment: 'live' },
  'With a text of your own': {
    state: 'disclosing',
    disclosure: disclosureOf(en, { ...offer, disclosure: OWN_TEXT }, 'paper'),
  },
  'Acts while you are away': {
    state: 'disclosing',
    disclosure: disclosureOf(en, { ...offer, until: 'December 27, 2026' }, 'paper'),
  },
  'For Alpaca’s review': { state: 'disclosing', disclosure: disclosureOf(en, reviewed, 'paper') },
  'For Alpaca’s review, in Arabic': {
    state: 'disclosing',
    messages: translations.ar,
    language: 'ar',
    disclosure: disclosureOf(translations.ar, reviewed, 'paper'),
  },
};

/** Names of classes in gallery.css, which set custom properties. */
export const shapes: Readonly<Record<string, string>> = {
  Small: 'small',
  Large: 'large',
  Pill: 'pill',
  Square: 'square',
  'Your colours': 'coloured',
  'Full width': 'full',
};
