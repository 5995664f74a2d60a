import type { ConnectState } from '../../widget/events.ts';

/** What the page shows: nothing yet, what it is about, or the connected account. */
export type View = 'starting' | 'landing' | 'dashboard';

/** @param state of the element */
export function viewOf(state: ConnectState): View {
  if (state === 'loading') return 'starting';
  return state === 'connected' ? 'dashboard' : 'landing';
}
