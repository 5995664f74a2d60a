import type { AlpacaConnectElement } from '../../widget/alpaca-connect-element.ts';
import { accountSummary } from './account-summary.ts';
import { findPart } from './find-part.ts';
import { marketClock } from './market-clock.ts';
import { openOrders } from './open-orders.ts';
import { orderTicket } from './order-ticket.ts';
import { PaperAccount } from './paper-account.ts';
import { poll } from './poll.ts';
import { positionsTable } from './positions-table.ts';

/** Milliseconds. */
const REFRESH = 5_000;
/** Milliseconds. The market opens and closes once a day. */
const REFRESH_CLOCK = 30_000;

/**
 * What a connected person sees. It is made anew for each connection and taken out of the document when `signal`
 * ends it, so that nothing of one account is left for the next person.
 */
export function openDashboard(host: HTMLElement, connect: AlpacaConnectElement, signal: AbortSignal): void {
  const template = findPart(document, 'dashboard-template', HTMLTemplateElement);
  host.replaceChildren(document.importNode(template.content, true));
  signal.addEventListener('abort', () => host.replaceChildren(), { once: true });

  const account = new PaperAccount((api, path, init) => connect.fetch(api, path, init), signal);
  const refreshers = [
    accountSummary(host, account),
    positionsTable(host, account),
    openOrders(host, account, () => refreshAll()),
  ];
  const refreshAll = poll(
    async () => {
      const outcomes = await Promise.all(refreshers.map((refresh) => refresh()));
      return outcomes.every(Boolean);
    },
    { every: REFRESH, signal },
  );
  poll(marketClock(host, account), { every: REFRESH_CLOCK, signal });
  orderTicket(host, account, { refreshAll, signal });
}
