import { findPart } from './find-part.ts';

/** One thing that the demo's server did while nobody was there. */
interface Entry {
  /** ISO 8601, UTC. */
  at: string;
  account: string;
  text: string;
}

/** Milliseconds between two looks at what was done. */
const ASK_EVERY = 30_000;

/**
 * Offers that the server acts while the person is away, and tells what it did.
 * @param days For how long it may. Empty where the server has nothing that acts.
 */
export function offerAway(root: ParentNode, days: string): void {
  if (days === '') return;
  const choice = findPart(root, 'away-choice', HTMLInputElement);
  const connect = findPart(root, 'connect');
  findPart(root, 'away-offer').hidden = false;
  // The browser may remember the tick of before a reload.
  const apply = () => {
    if (choice.checked) connect.setAttribute('away', days);
    else connect.removeAttribute('away');
  };
  choice.addEventListener('change', apply);
  apply();
  void showEntries(root);
  setInterval(() => void showEntries(root), ASK_EVERY);
  document.addEventListener('visibilitychange', () => void showEntries(root));
}

async function showEntries(root: ParentNode): Promise<void> {
  if (document.hidden) return;
  const response = await fetch('/while-away').catch(() => undefined);
  if (!response?.ok) return;
  const entries = (await response.json()) as Entry[];
  findPart(root, 'while-away').hidden = entries.length === 0;
  const rows = entries.slice(0, 5).map(({ at, account, text }) => {
    const row = document.createElement('li');
    const time = document.createElement('time');
    time.dateTime = at;
    time.textContent = new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
    row.append(time, ` ${account} `, text);
    return row;
  });
  findPart(root, 'while-away-entries').replaceChildren(...rows);
}
