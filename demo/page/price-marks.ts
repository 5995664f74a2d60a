import { describeOrder } from './describe-order.ts';
import type { Desk } from './desk.ts';
import { type Chart, chartColours } from './open-chart.ts';

type CandleSeries = ReturnType<Chart['addSeries']>;
type PriceLine = ReturnType<CandleSeries['createPriceLine']>;

/** A price worth a line across the chart. */
interface Mark {
  price: number;
  title: string;
  colour: 'quiet' | 'up' | 'down';
}

/** Draws the desk's marks into a series, and again whenever positions or orders change. */
export function priceMarks(
  series: Pick<CandleSeries, 'createPriceLine' | 'removePriceLine'>,
  desk: Desk,
  host: HTMLElement,
): { show: (symbol: string) => void } {
  let shown = '';
  let drawn = '';
  let lines: PriceLine[] = [];

  function draw(): void {
    const marks = marksOf(shown, desk);
    if (JSON.stringify(marks) === drawn) return;
    drawn = JSON.stringify(marks);
    const colours = chartColours(host);
    for (const line of lines) series.removePriceLine(line);
    lines = marks.map(({ price, title, colour }) =>
      series.createPriceLine({
        price,
        title,
        color: colours[colour],
        axisLabelVisible: false,
        lineStyle: 2,
        lineWidth: 1,
      }),
    );
  }

  desk.book.addEventListener('change', draw, { signal: desk.signal });
  desk.portfolio.addEventListener('change', draw, { signal: desk.signal });
  return {
    show(symbol) {
      shown = symbol;
      // The colours may have changed, too.
      drawn = '';
      draw();
    },
  };
}

/** Where the symbol was bought on average, and where orders for it wait. */
export function marksOf(symbol: string, { portfolio, book }: Pick<Desk, 'portfolio' | 'book'>): Mark[] {
  const held = portfolio.positions.filter(({ position }) => position.symbol === symbol);
  const waiting = book.openOrders.filter((order) => order.symbol === symbol);
  return [
    ...held.map(
      ({ position }): Mark => ({ price: Number(position.avg_entry_price), title: 'Avg', colour: 'quiet' }),
    ),
    ...waiting.flatMap((order): Mark[] => {
      const price = order.limit_price ?? order.stop_price;
      const colour = order.side === 'buy' ? 'up' : 'down';
      return price === null ? [] : [{ price: Number(price), title: describeOrder(order), colour }];
    }),
  ];
}
