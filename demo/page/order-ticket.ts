import type { Order, Position, Snapshot } from './alpaca-answers.ts';
import { confirmOrder } from './confirm-order.ts';
import { describeOrder, describeState } from './describe-order.ts';
import type { Desk } from './desk.ts';
import { findPart, writePart } from './find-part.ts';
import { formatMoney } from './format-amount.ts';
import {
  type DraftField,
  type DraftProblems,
  estimateOrder,
  type OrderDraft,
  readOrderDraft,
  readSymbol,
} from './order-draft.ts';
import { describeUnplaced, type OrderPlacement, REST } from './order-placement.ts';
import { debounce, pause } from './timers.ts';

/** Milliseconds without a keystroke before a symbol counts as typed. */
const TYPING_PAUSE = 300;

/** The form that places an order, and the line below it that tells what became of it. */
export class OrderTicket {
  readonly #desk: Desk;
  readonly #form: HTMLFormElement;
  readonly #button: HTMLButtonElement;
  readonly #placement: OrderPlacement;
  readonly #chosen: () => void;
  /** The latest prices, and of which symbol. */
  #prices: { symbol: string; snapshot: Snapshot | undefined } = { symbol: '', snapshot: undefined };
  /** From the press of the button until it is known what became of the order. */
  #busy = false;
  #followed: string | undefined;

  /** @param chosen is called when the ticket shows another symbol */
  constructor(desk: Desk, placement: OrderPlacement, chosen: () => void) {
    this.#desk = desk;
    this.#placement = placement;
    this.#chosen = chosen;
    this.#form = findPart(desk.root, 'order-ticket', HTMLFormElement);
    this.#button = findPart(this.#form, 'place', HTMLButtonElement);
    writePart(this.#form, 'kind', desk.account.environment === 'live' ? 'Live' : 'Paper');
    this.#listen();
    this.#showDraft();
  }

  /** The symbol that is typed, or the empty string while it cannot be one. */
  get symbol(): string {
    return readSymbol(new FormData(this.#form));
  }

  choose(symbol: string): void {
    findPart(this.#form, 'symbol', HTMLInputElement).value = symbol;
    this.#showDraft();
    this.#chosen();
  }

  /** Fills in a market order that closes the position. Sending it is for the person. */
  fillInClosing(position: Position): void {
    const short = position.qty.startsWith('-');
    this.#pick('side', short ? 'buy' : 'sell');
    this.#pick('type', 'market');
    // Parts of a share can only be sold within the day.
    this.#pick('time_in_force', 'day');
    findPart(this.#form, 'qty', HTMLInputElement).value = position.qty.replace('-', '');
    this.choose(position.symbol);
    this.#button.focus();
  }

  /** The latest prices of a symbol, for the estimate. */
  price(symbol: string, snapshot: Snapshot | undefined): void {
    this.#prices = { symbol, snapshot };
    this.#showDraft();
  }

  #listen(): void {
    const { book, signal } = this.#desk;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#submit();
    });
    // A key that is held down is one press, however long.
    this.#form.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && event.repeat) event.preventDefault();
    });
    this.#form.addEventListener('input', () => this.#showDraft());
    findPart(this.#form, 'symbol').addEventListener('input', debounce(this.#chosen, TYPING_PAUSE, signal));
    book.addEventListener('change', () => this.#hearOf(book.orders), { signal });
  }

  /** One of the orders may be the one whose answer is awaited, or was lost. */
  #hearOf(orders: readonly Order[]): void {
    for (const order of orders) this.#hear(order);
  }

  #hear(order: Order): void {
    if (this.#placement.hear(order)) {
      this.#followed = order.id;
      writePart(this.#form, 'refusal', '');
    }
    if (order.id !== this.#followed) return;
    findPart(this.#form, 'progress').dataset['status'] = order.status;
    writePart(this.#form, 'progress', `${describeOrder(order)}: ${describeState(order)}`);
  }

  async #submit(): Promise<void> {
    if (this.#busy) return;
    const reading = readOrderDraft(new FormData(this.#form));
    showDraftProblems(this.#form, 'problems' in reading ? reading.problems : {});
    if ('problems' in reading || this.#justSent) return;
    this.#busy = true;
    await this.#send(reading.draft);
    this.#busy = false;
    this.#showDraft();
    // A little longer than the order rests, because timers may come early.
    await pause(REST + 50, this.#desk.signal);
    this.#showDraft();
  }

  /** Whether the form still shows an order that was sent a moment ago. Another one may be typed and sent at once. */
  get #justSent(): boolean {
    const reading = readOrderDraft(new FormData(this.#form));
    return 'draft' in reading && this.#placement.justPlaced(reading.draft) !== undefined;
  }

  /** Real money asks once more; play money does not. */
  async #send(draft: OrderDraft): Promise<void> {
    const { account, book } = this.#desk;
    if (account.environment === 'live') {
      if (!(await confirmOrder(this.#desk, draft, this.#estimateOf(draft)))) return;
    }
    this.#followed = undefined;
    writePart(this.#form, 'refusal', '');
    writePart(this.#form, 'progress', '');
    this.#showButton('Sending…');
    try {
      const order = await this.#placement.place(draft);
      this.#followed = order.id;
      book.apply(order);
    } catch (error) {
      writePart(this.#form, 'refusal', describeUnplaced(error));
    }
  }

  #showDraft(): void {
    const order = showDraft(this.#form, (draft) => this.#estimateOf(draft));
    const { account, name } = this.#desk;
    const review = account.environment === 'live' ? 'Review: ' : '';
    if (!this.#busy) this.#showButton(this.#justSent ? 'Sent' : `${review}${order} · ${name}`);
  }

  #showButton(text: string): void {
    this.#button.textContent = text;
    // Not `disabled`: a disabled button drops the focus.
    this.#button.setAttribute('aria-disabled', String(this.#busy || this.#justSent));
  }

  /** Just after another symbol was typed, the prices are still those of the one before, and say nothing. */
  #estimateOf(draft: OrderDraft): string | undefined {
    const { symbol, snapshot } = this.#prices;
    return estimateOrder(draft, symbol === draft.symbol ? snapshot : undefined);
  }

  #pick(name: string, value: string): void {
    const choice = this.#form.querySelector<HTMLInputElement>(`[name="${name}"][value="${value}"]`);
    if (choice !== null) choice.checked = true;
  }
}

/**
 * Has the ticket show the fields that its order needs, and what the order will cost or bring.
 * @param estimate as a decimal string, undefined where it is not known
 * @returns the order in words, or only its side while it is not filled in
 */
function showDraft(form: HTMLFormElement, estimate: (draft: OrderDraft) => string | undefined): string {
  const fields = new FormData(form);
  for (const type of ['limit', 'stop']) {
    findPart(form, `${type}-field`).hidden = fields.get('type') !== type;
  }
  const reading = readOrderDraft(fields);
  const draft = 'draft' in reading ? reading.draft : undefined;
  const side = fields.get('side') === 'sell' ? 'Sell' : 'Buy';
  writePart(form, 'estimate-name', side === 'Buy' ? 'Estimated cost' : 'Estimated proceeds');
  writePart(form, 'estimate', formatMoney(draft && estimate(draft)));
  return draft ? describeOrder(draft) : side;
}

const FIELDS: readonly DraftField[] = ['symbol', 'qty', 'limit_price', 'stop_price'];

/** Writes each problem below its field, clears the others, and moves the focus to the first wrong field. */
function showDraftProblems(form: HTMLFormElement, problems: DraftProblems): void {
  for (const field of FIELDS) {
    writePart(form, `${field}-problem`, problems[field] ?? '');
    inputOf(form, field).setAttribute('aria-invalid', String(field in problems));
  }
  const first = FIELDS.find((field) => field in problems);
  if (first !== undefined) inputOf(form, first).focus();
}

function inputOf(form: HTMLFormElement, field: DraftField): HTMLInputElement {
  return findPart(form, field, HTMLInputElement);
}
