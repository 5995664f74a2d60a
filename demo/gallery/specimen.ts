import { adoptStyles, render } from 'lit';
import type { ConnectionsAnswer } from '../../server/contract.ts';
import { styles } from '../../widget/alpaca-connect-styles.ts';
import { type ConnectViewModel, connectView, disclosureOf } from '../../widget/alpaca-connect-view.ts';
import { en } from '../../widget/messages/en.ts';
import { fillIn, namingProvider } from '../../widget/messages/messages.ts';

const noActions = {
  press() {},
  agree() {},
  cancel() {},
  closed() {},
  disconnect() {},
  end() {},
  follow() {},
  redirect() {},
};

/** What the server of the specimens offers. */
export const offer: Omit<ConnectionsAnswer, 'connections' | 'environments'> = {
  app: 'Demo Desk',
  scopes: ['trading', 'account:write', 'data'],
  disclosure: null,
  appUrl: null,
  returnPages: [],
  providers: [],
  connectionsPerSession: 8,
  awayDays: 0,
  away: [],
};

/** What a specimen may show. What is not given is as in a button that has done nothing yet. */
export type Showing = Partial<ConnectViewModel>;

/** The element's looks in one state, without its behaviour: the real style sheet and the real templates. */
export function specimen(showing: Showing): HTMLElement {
  const { environment = 'paper', language = 'en', state = 'idle' } = showing;
  const messages = namingProvider(showing.messages ?? en, 'Alpaca');
  const host = document.createElement('div');
  host.className = 'specimen';
  host.lang = language;
  const root = host.attachShadow({ mode: 'open' });
  adoptStyles(root, [styles]);
  const model: ConnectViewModel = {
    state,
    severed: false,
    hasStatusLine: false,
    environment,
    blocked: undefined,
    connections: [],
    away: [],
    ended: false,
    partner: undefined,
    multiple: false,
    canAdd: true,
    disclosure: disclosureOf(messages, offer, environment),
    language,
    ...showing,
    error: showing.error && fillIn(showing.error, { provider: 'Alpaca' }),
    messages,
  };
  render(connectView(model, noActions), root);
  // In the page rather than above it, so that several can be seen at once.
  if (state === 'disclosing') root.querySelector('dialog')?.setAttribute('open', '');
  return host;
}
