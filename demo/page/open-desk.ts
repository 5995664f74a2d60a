import type { TradeUpdate } from '../../server/contract.ts';
import { accountSummary } from './account-summary.ts';
import { type ConnectedAccount, nameOfAccount } from './account-switch.ts';
import { ActivityLog } from './activity-log.ts';
import { announcer } from './announcer.ts';
import { describeUpdate, isFill, orderOf } from './describe-update.ts';
import type { Desk } from './desk.ts';
import { equityChart } from './equity-chart.ts';
import { findPart } from './find-part.ts';
import { followStream, type Link } from './follow-stream.ts';
import { marketClock } from './market-clock.ts';
import { OrderBook } from './order-book.ts';
import { OrderPlacement } from './order-placement.ts';
import { OrderTicket } from './order-ticket.ts';
import { ordersList } from './orders-list.ts';
import { poll } from './poll.ts';
import { Portfolio } from './portfolio.ts';
import { positionsTable } from './positions-table.ts';
import { priceChart } from './price-chart.ts';
import { type PriceNews, priceFeed } from './price-feed.ts';
import { quoteLine } from './quote-line.ts';
import { ASK_EVERY, StreamLink } from './stream-link.ts';
import { debounce } from './timers.ts';
import { TradingAccount } from './trading-account.ts';

/** Milliseconds. In between, prices and the stream keep the figures right. */
const ASK_HOLDINGS = 30_000;
/** Milliseconds. The market opens and closes once a day. */
const ASK_CLOCK = 60_000;
/** Milliseconds without a fill after which the account is asked: one order can fill in many parts. */
const TRADES_PAUSE = 250;

/**
 * What a connected person sees of one account. It is made anew for each connection and taken out of the document when
 * `signal` ends it, so that nothing of one account is left for the next person. The stream brings what happens to orders;
 * Alpaca is asked for them once, and again only when the stream may have missed something.
 */
export function openDesk(root: HTMLElement, connected: ConnectedAccount, signal: AbortSignal): void {
  const { connect } = connected;
  const { id: connection, environment } = connected.connection;
  const template = findPart(document, 'desk-template', HTMLTemplateElement);
  root.replaceChildren(document.importNode(template.content, true));
  signal.addEventListener('abort', () => root.replaceChildren(), { once: true });

  const account = new TradingAccount(
    environment,
    // Named with every request: where there are several accounts, none is guessed.
    (api, path, init) => connect.fetch(api, path, { ...init, connection }),
    signal,
  );
  const desk: Desk = {
    root,
    name: nameOfAccount(connected),
    account,
    portfolio: new Portfolio(),
    book: new OrderBook(),
    signal,
  };
  const link = new StreamLink(root, signal);
  const log = new ActivityLog(root);
  const announce = announcer(findPart(root, 'announcements'), signal);

  const ticket = new OrderTicket(desk, new OrderPlacement(account), () => showSymbol());
  const quote = quoteLine(root);
  const chart = priceChart(desk, () => ticket.symbol);
  const askPrices = priceFeed(desk, { chosen: () => ticket.symbol, show: showPrice });
  const askOrders = poll(
    ordersList(desk, () => {
      if (!link.isOpen) askOrders();
    }),
    { every: ASK_EVERY, spared: () => !link.isDown, signal },
  );
  const askHoldings = poll(holdings(desk, ticket), { every: ASK_HOLDINGS, signal });
  const askHistory = equityChart(desk);
  const afterTrades = debounce(
    () => {
      askHoldings();
      askHistory();
    },
    TRADES_PAUSE,
    signal,
  );
  poll(marketClock(desk), { every: ASK_CLOCK, signal });

  function showSymbol(): void {
    askPrices();
    chart.refresh();
  }

  function showPrice(symbol: string, news: PriceNews): void {
    quote(symbol, news);
    const snapshot = 'snapshot' in news ? news.snapshot : undefined;
    ticket.price(symbol, snapshot);
    if (snapshot) chart.follow(symbol, snapshot);
  }

  function update(news: TradeUpdate, id: string): void {
    desk.book.apply(orderOf(news));
    log.addUpdate(news, id);
    announce(describeUpdate(news));
    if (isFill(news)) afterTrades();
  }

  function showLink(now: Link): void {
    link.set(now);
    if (now.state === 'off') log.addNote(`The stream ended. ${now.reason}`);
  }

  function askAgain({ target }: Event): void {
    if (!(target instanceof Element) || target.closest('[data-part="retry"]') === null) return;
    askHoldings();
    askOrders();
    askHistory();
    showSymbol();
  }

  root.addEventListener('click', askAgain, { signal });
  void followStream(
    () => connect.stream(environment, { signal, connection }),
    { update, link: showLink, missed: askOrders },
    signal,
  );
}

/** Asks for account and positions together, because what they say belongs together. */
function holdings(desk: Desk, ticket: OrderTicket): () => Promise<boolean> {
  const { account, portfolio } = desk;
  const summary = accountSummary(desk);
  const positions = positionsTable(desk, {
    choose: (symbol) => ticket.choose(symbol),
    close: (position) => ticket.fillInClosing(position),
  });

  async function ask() {
    const [answer, held] = await Promise.all([account.account(), account.positions()]);
    portfolio.holdings = { account: answer, positions: held };
    return { account: answer, positions: held };
  }

  return async () => {
    const answer = ask();
    const outcomes = await Promise.all([summary(answer), positions(answer)]);
    return outcomes.every(Boolean);
  };
}
