/**
 * Shows one row per item, cloned from `template`. A row stays the same element as long as its item is listed, so
 * that a refresh takes neither focus nor selection away.
 */
export function showEach<Item>(
  list: HTMLElement,
  template: HTMLTemplateElement,
  items: readonly Item[],
  { keyOf, write }: { keyOf: (item: Item) => string; write: (row: HTMLElement, item: Item) => void },
): void {
  const keys = new Set(items.map(keyOf));
  for (const row of rowsOf(list)) if (!keys.has(keyOfRow(row))) row.remove();
  const rows = new Map(rowsOf(list).map((row) => [keyOfRow(row), row]));
  items.forEach((item, index) => {
    const row = rows.get(keyOf(item)) ?? cloneRow(template, keyOf(item));
    const here = list.children.item(index);
    if (row !== here) list.insertBefore(row, here);
    write(row, item);
  });
}

function rowsOf(list: HTMLElement): HTMLElement[] {
  return [...list.children].filter((child) => child instanceof HTMLElement);
}

function keyOfRow(row: HTMLElement): string {
  return row.dataset['key'] ?? '';
}

function cloneRow(template: HTMLTemplateElement, key: string): HTMLElement {
  const row = document.importNode(template.content, true).firstElementChild;
  if (!(row instanceof HTMLElement)) throw new Error('A row template in index.html is empty.');
  row.dataset['key'] = key;
  return row;
}
