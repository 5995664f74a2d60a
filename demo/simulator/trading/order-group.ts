import { isOpen, type Order } from './order.ts';

/** The legs of an order, in the order in which they were made. */
export function legsOf(orders: readonly Order[], { id }: Order): Order[] {
  return orders.filter(({ parentId }) => parentId === id);
}

/** Whether a held order may be sold by its stop: what it belongs to holds shares that it closes. */
export function isArmed(orders: readonly Order[], { parentId }: Order): boolean {
  const parent = orders.find(({ id }) => id === parentId);
  return parent !== undefined && (parent.orderClass === 'oco' || parent.status === 'filled');
}

/** All that is still open of a bracket, oco or oto order, but for the given one of them. */
export function othersOf(orders: readonly Order[], order: Order): Order[] {
  return orders.filter((other) => other !== order && isOpen(other) && rootOf(other) === rootOf(order));
}

/** The other exit of the same position: when one of the two is filled, the other is cancelled. */
export function partnerOf(orders: readonly Order[], order: Order): Order | undefined {
  return isExit(order) ? othersOf(orders, order).find(isExit) : undefined;
}

function rootOf({ id, parentId }: Order): string {
  return parentId ?? id;
}

function isExit({ parentId, orderClass }: Order): boolean {
  return parentId !== null || orderClass === 'oco';
}
