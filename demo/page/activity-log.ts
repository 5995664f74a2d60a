import type { TradeUpdate } from '../../server/contract.ts';
import { describeUpdate, isFill } from './describe-update.ts';
import { findPart, writePart } from './find-part.ts';
import { showEach } from './show-each.ts';

/** How many entries are kept. */
const LONGEST = 50;
const time = new Intl.DateTimeFormat('en-US', { timeStyle: 'medium', hour12: false });

interface Entry {
  key: string;
  /** Milliseconds since 1970. */
  at: number;
  text: string;
  kind: 'fill' | 'order' | 'note';
}

/** What happened while this page was open, newest first, each thing once. */
export class ActivityLog {
  readonly #panel: HTMLElement;
  #entries: Entry[] = [];

  constructor(root: ParentNode) {
    this.#panel = findPart(root, 'activity');
  }

  /** @param id of the stream's event: after a reconnect, the same one may come twice */
  addUpdate(update: TradeUpdate, id: string): void {
    const at = Date.parse(update.timestamp ?? '') || Date.now();
    const key = `${id} ${update.event} ${update.timestamp}`;
    this.#add({ key, at, text: describeUpdate(update), kind: isFill(update) ? 'fill' : 'order' });
  }

  /** Something that is not an order's: the stream opened, a request failed. */
  addNote(text: string): void {
    this.#add({ key: crypto.randomUUID(), at: Date.now(), text, kind: 'note' });
  }

  #add(entry: Entry): void {
    if (this.#entries.some(({ key }) => key === entry.key)) return;
    this.#entries = [entry, ...this.#entries].slice(0, LONGEST);
    showEach(
      findPart(this.#panel, 'rows'),
      findPart(this.#panel, 'row', HTMLTemplateElement),
      this.#entries,
      { keyOf: ({ key }) => key, write: showEntry },
    );
    this.#panel.dataset['state'] = 'ready';
  }
}

function showEntry(row: HTMLElement, { at, text, kind }: Entry): void {
  row.dataset['kind'] = kind;
  writePart(row, 'time', time.format(at));
  writePart(row, 'text', text);
}
