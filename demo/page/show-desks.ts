import type { AlpacaConnectElement } from '../../widget/alpaca-connect-element.ts';
import type { ConnectState } from '../../widget/events.ts';
import { openDesk } from './open-desk.ts';

/** One account's place on the page: the button that connects it, and where its panels go. */
interface Place {
  desk: HTMLElement;
  body: HTMLElement;
  connect: AlpacaConnectElement;
}

/** What the page shows: nothing yet, what it is about, or at least one connected account. */
type View = 'starting' | 'landing' | 'dashboard';

const open = new Map<HTMLElement, AbortController>();

/** Opens a desk when its account is connected and closes it on anything else: disconnect, expiry, error. */
export function showDesks(places: readonly Place[]): void {
  for (const { desk, body, connect } of places) {
    const connected = connect.state === 'connected';
    desk.dataset['open'] = String(connected);
    if (connected && !open.has(desk)) {
      const opened = new AbortController();
      open.set(desk, opened);
      if (open.size === 1) choose(desk);
      openDesk(body, connect, opened.signal);
    }
    if (!connected) {
      open.get(desk)?.abort();
      open.delete(desk);
    }
  }
  document.body.dataset['view'] = viewOf(places.map(({ connect }) => connect.state));
  document.body.dataset['desks'] = String(open.size);
  document.body.dataset['shown'] = document.querySelector<HTMLInputElement>('[name="shown"]:checked')?.value;
}

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
