import type { AlpacaConnectElement } from '../../widget/alpaca-connect-element.ts';
import { openDashboard } from './dashboard.ts';
import { embedSnippet } from './embed-snippet.ts';
import { findPart } from './find-part.ts';
import { viewOf } from './view-of.ts';

const connect = findPart<AlpacaConnectElement>(document, 'connect');
const dashboard = findPart(document, 'dashboard');
let open: AbortController | undefined;

embedSnippet(document);
showSimulated();
connect.addEventListener('alpaca-statechange', showView);
void customElements.whenDefined('alpaca-connect').then(showView);

/** Opens the dashboard on connect and closes it on anything else: disconnect, expiry, error. */
function showView(): void {
  const view = viewOf(connect.state);
  document.body.dataset['view'] = view;
  if (view === 'dashboard') {
    if (open !== undefined) return;
    open = new AbortController();
    openDashboard(dashboard, connect, open.signal);
  } else {
    open?.abort();
    open = undefined;
  }
}

/** The server adds this meta tag to the page that it serves. */
function showSimulated(): void {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="alpaca-connect-demo"]');
  findPart(document, 'simulated').hidden = meta?.content !== 'simulated';
}
