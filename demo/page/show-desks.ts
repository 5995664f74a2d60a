import type { AlpacaConnectElement } from '../../widget/alpaca-connect-element.ts';
import type { ConnectState } from '../../widget/events.ts';
import type { AccountSwitch } from './account-switch.ts';
import { openDesk } from './open-desk.ts';

/** One environment's place on the page: the button that connects its accounts, which of them is shown, and where its panels go. */
interface Place {
  desk: HTMLElement;
  body: HTMLElement;
  connect: AlpacaConnectElement;
  accounts: AccountSwitch;
}

/** What the page shows: nothing yet, what it is about, or at least one connected account. */
type View = 'starting' | 'landing' | 'dashboard';

/** By its place: of which connection a desk is, and what ends it. */
const open = new Map<HTMLElement, { connection: string; ending: AbortController }>();

/** Opens a desk when an account is connected and closes it on anything else: disconnect, expiry, error, another account. */
export function showDesks(places: readonly Place[]): void {
  for (const { desk, body, connect, accounts } of places) {
    const account = accounts.show();
    // While a further account is being added, the desk of the others stays.
    const stays = connect.multiple && ADDING.has(connect.state);
    const shown = connect.state === 'connected' || stays ? account : undefined;
    const opened = open.get(desk);
    desk.dataset['open'] = String(shown !== undefined);
    if (shown?.id === opened?.connection) continue;
    opened?.ending.abort();
    open.delete(desk);
    if (shown === undefined) continue;
    const ending = new AbortController();
    open.set(desk, { connection: shown.id, ending });
    if (open.size === 1) choose(desk);
    openDesk(body, connect, shown, ending.signal);
  }
  document.body.dataset['view'] =
    open.size > 0 ? 'dashboard' : viewOf(places.map(({ connect }) => connect.state));
  document.body.dataset['desks'] = String(open.size);
  document.body.dataset['shown'] = document.querySelector<HTMLInputElement>('[name="shown"]:checked')?.value;
}

/** An element with accounts is in these states while another one is added, or that failed. */
const ADDING = new Set<ConnectState>(['disclosing', 'opening', 'waiting', 'finishing', 'error']);

/** @param states of the elements */
export function viewOf(states: readonly ConnectState[]): View {
  if (states.includes('connected')) return 'dashboard';
  return states.includes('loading') ? 'starting' : 'landing';
}

/** Where only one desk fits, this one is shown. */
function choose({ dataset }: HTMLElement): void {
  const choice = document.querySelector<HTMLInputElement>(
    `[name="shown"][value="${dataset['environment']}"]`,
  );
  if (choice !== null) choice.checked = true;
}
