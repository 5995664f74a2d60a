import type { Position } from './alpaca-answers.ts';
import type { Desk } from './desk.ts';
import { fillPanel } from './fill-panel.ts';
import { findPart, writePart } from './find-part.ts';
import {
  directionOf,
  formatMoney,
  formatMoneyChange,
  formatPercentChange,
  formatPrice,
  formatQuantity,
} from './format-amount.ts';
import type { Holdings, ValuedPosition } from './portfolio.ts';
import { showEach } from './show-each.ts';

interface PositionActions {
  /** Show this symbol in chart and ticket. */
  choose: (symbol: string) => void;
  /** Fill in the ticket so that it closes this position. */
  close: (position: Position) => void;
}

/** What the account holds, at the latest prices. @returns what shows Alpaca's next answer */
export function positionsTable(
  { root, portfolio, signal }: Desk,
  { choose, close }: PositionActions,
): (answer: Promise<Holdings>) => Promise<boolean> {
  const panel = findPart(root, 'positions');
  const rows = findPart(panel, 'rows');
  const template = findPart(panel, 'row', HTMLTemplateElement);

  function showPositions(): void {
    showEach(rows, template, portfolio.positions, {
      keyOf: ({ position }) => position.asset_id,
      write: showRow,
    });
  }

  function showRow(row: HTMLElement, valued: ValuedPosition): void {
    showPosition(row, valued);
    const { position } = valued;
    const [name, button] = [findPart(row, 'choose', HTMLButtonElement), findPart(row, 'close')];
    button.setAttribute('aria-label', `Close ${position.symbol}: fill in the ticket`);
    name.onclick = () => choose(position.symbol);
    button.onclick = () => close(position);
    // Ticket and chart are for shares.
    const share = position.asset_class === 'us_equity';
    name.disabled = !share;
    button.hidden = !share;
  }

  portfolio.addEventListener('change', showPositions, { signal });
  return (answer) =>
    fillPanel(
      panel,
      () => answer,
      ({ positions }) => (positions.length === 0 ? 'empty' : 'ready'),
    );
}

function showPosition(
  row: HTMLElement,
  { position, price, value, gain, gainFraction }: ValuedPosition,
): void {
  writePart(row, 'choose', position.symbol);
  writePart(row, 'quantity', formatQuantity(position.qty));
  writePart(row, 'average', formatPrice(position.avg_entry_price));
  writePart(row, 'current', formatPrice(price));
  writePart(row, 'value', formatMoney(value));
  findPart(row, 'gain').dataset['direction'] = directionOf(gain);
  writePart(row, 'gain-amount', formatMoneyChange(gain));
  writePart(row, 'gain-percent', formatPercentChange(gainFraction));
}
