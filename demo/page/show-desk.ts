import type { AlpacaConnectElement } from '../../widget/alpaca-connect-element.ts';
import type { ConnectState } from '../../widget/events.ts';
import { type AccountSwitch, type ConnectedAccount, nameOfAccount } from './account-switch.ts';
import { findPart, writePart } from './find-part.ts';
import { openDesk } from './open-desk.ts';

/** Where accounts of one kind are connected. */
interface Place {
  connect: AlpacaConnectElement;
  /** The name of the broker partner. Undefined for Alpaca itself. */
  partner: string | undefined;
}

/** What the page shows: nothing yet, what it is about, or at least one connected account. */
type View = 'starting' | 'landing' | 'dashboard';

/** Of which connection the desk is, and what ends it. */
let open: { connection: string; ending: AbortController } | undefined;

/** Opens a desk for the account that is chosen, and closes it on anything else: disconnect, expiry, error, another account. */
export function showDesk(places: readonly Place[], accounts: AccountSwitch): void {
  const shown = accounts.show(places.flatMap(accountsAt));
  showView(shown ? 'dashboard' : viewOf(places.map(({ connect }) => connect.state)));
  if (shown?.connection.id === open?.connection) return;
  open?.ending.abort();
  open = undefined;
  const desk = findPart(document, 'desk');
  desk.dataset['open'] = String(shown !== undefined);
  if (shown === undefined) return;
  const ending = new AbortController();
  open = { connection: shown.connection.id, ending };
  nameDesk(desk, shown);
  openDesk(findPart(desk, 'body'), shown, ending.signal);
}

/** An element with accounts is in these states while another one is added, or that failed: the desk stays. */
const ADDING = new Set<ConnectState>(['disclosing', 'opening', 'waiting', 'finishing', 'error']);

function accountsAt({ connect, partner }: Place): ConnectedAccount[] {
  if (connect.state !== 'connected' && !(connect.multiple && ADDING.has(connect.state))) return [];
  const living = connect.connections.filter(({ revokedAt }) => revokedAt === undefined);
  return living.map((connection) => ({ connect, connection, partner }));
}

/** @param states of the elements */
export function viewOf(states: readonly ConnectState[]): View {
  if (states.includes('connected')) return 'dashboard';
  return states.includes('loading') ? 'starting' : 'landing';
}

/** Who comes back to a connected account sees the desk first; who connects one keeps the buttons in sight. */
function showView(view: View): void {
  const before = document.body.dataset['view'];
  const places = findPart(document, 'places', HTMLDetailsElement);
  if (view === 'dashboard' && before === 'starting') places.open = false;
  if (view !== 'dashboard') places.open = true;
  document.body.dataset['view'] = view;
}

/** Says on the sheet itself whose money it is. */
function nameDesk(desk: HTMLElement, account: ConnectedAccount): void {
  const { environment } = account.connection;
  desk.dataset['environment'] = environment;
  desk.toggleAttribute('data-partner', account.partner !== undefined);
  writePart(desk, 'desk-name', nameOfAccount(account));
  writePart(desk, 'money', environment === 'live' ? 'Real money' : 'Simulated money');
}
