import type { Position } from './alpaca-answers.ts';
import { fillPanel } from './fill-panel.ts';
import { findPart, writePart } from './find-part.ts';
import { formatMoney, formatPrice, formatQuantity } from './format-amount.ts';
import type { PaperAccount } from './paper-account.ts';
import { showChange } from './show-change.ts';
import { showEach } from './show-each.ts';

/** What the account holds. @returns what refreshes it */
export function positionsTable(root: HTMLElement, account: PaperAccount): () => Promise<boolean> {
  const panel = findPart(root, 'positions');
  const rows = findPart(panel, 'rows');
  const template = findPart(panel, 'row', HTMLTemplateElement);

  function showPositions(positions: Position[]): 'ready' | 'empty' {
    showEach(rows, template, positions, { keyOf: (position) => position.asset_id, write: showPosition });
    return positions.length === 0 ? 'empty' : 'ready';
  }

  return () => fillPanel(panel, () => account.positions(), showPositions);
}

function showPosition(row: HTMLElement, position: Position): void {
  writePart(row, 'symbol', position.symbol);
  writePart(row, 'quantity', formatQuantity(position.qty));
  writePart(row, 'average', formatPrice(position.avg_entry_price));
  writePart(row, 'current', formatPrice(position.current_price));
  writePart(row, 'value', formatMoney(position.market_value));
  showChange(findPart(row, 'gain'), position.unrealized_pl, position.unrealized_plpc);
}
