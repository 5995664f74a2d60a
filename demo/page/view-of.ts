import type { ConnectState } from '../../widget/events.ts';

/** What the page shows: nothing yet, what it is about, or at least one connected account. */
export type View = 'starting' | 'landing' | 'dashboard';

/** @param states of the elements */
export function viewOf(states: readonly ConnectState[]): View {
  if (states.includes('connected')) return 'dashboard';
  return states.includes('loading') ? 'starting' : 'landing';
}
