import type { Bar, Snapshot } from './alpaca-answers.ts';
import { type ChartTime, chartTime, startOfStep } from './chart-time.ts';
import type { Desk } from './desk.ts';
import { describeLine } from './equity-chart.ts';
import { fillPanel } from './fill-panel.ts';
import { findPart } from './find-part.ts';
import { formatPrice } from './format-amount.ts';
import { type OpenChart, openChart } from './open-chart.ts';
import { poll } from './poll.ts';
import { priceMarks } from './price-marks.ts';

/** Milliseconds. In between, the last bar follows the price. */
const EVERY = 60_000;
const DAY = 86_400_000;

/** What the person can look at. `since` is in milliseconds, `step` in seconds; `most` bars are shown. */
const RANGES = {
  // Over a long weekend, the last trading day is four days ago. A regular one has 78 bars of five minutes.
  day: { words: 'the last trading day', timeframe: '5Min', since: 5 * DAY, step: 300, most: 78 },
  month: { words: 'the last month', timeframe: '1Hour', since: 30 * DAY, step: 3_600, most: 240 },
  year: { words: 'the last year', timeframe: '1Day', since: 365 * DAY, step: 86_400, most: 252 },
} as const;

/** A bar as the chart draws it. */
interface Candle {
  time: ChartTime;
  open: number;
  high: number;
  low: number;
  close: number;
}

/** The chart of one symbol's price. */
interface PriceChart {
  /** Another symbol was chosen. */
  refresh: () => void;
  /** The latest price of the symbol that is shown. */
  follow: (symbol: string, snapshot: Snapshot) => void;
}

/** Bars of the chosen symbol, with lines where it was bought and where orders wait. */
export function priceChart(desk: Desk, chosen: () => string): PriceChart {
  const { root, account, signal } = desk;
  const panel = findPart(root, 'price-chart');
  const host = findPart(panel, 'canvas');
  const drawing = openChart(host, signal, paint).then(draw);
  let shown = '';
  let candles: Candle[] = [];

  function draw({ charts, chart, colours }: OpenChart) {
    const series = chart.addSeries(charts.CandlestickSeries, {
      borderVisible: false,
      priceFormat: { type: 'custom', minMove: 0.01, formatter: formatPrice },
    });
    void paint(colours);
    return { chart, series, marks: priceMarks(series, desk, host) };
  }

  async function paint({ up, down }: OpenChart['colours']): Promise<void> {
    const { series, marks } = await drawing;
    series.applyOptions({ upColor: up, downColor: down, wickUpColor: up, wickDownColor: down });
    marks.show(shown);
  }

  function range() {
    const value = panel.querySelector<HTMLInputElement>('input:checked')?.value;
    return RANGES[value as keyof typeof RANGES] ?? RANGES.day;
  }

  async function load(): Promise<'ready' | 'empty'> {
    const symbol = chosen();
    const { words, timeframe, since, step, most } = range();
    const [{ chart, series, marks }, bars] = await Promise.all([
      drawing,
      symbol === '' ? [] : account.bars(symbol, timeframe, new Date(Date.now() - since)),
    ]);
    shown = symbol;
    candles = bars.slice(-most).map(candleOf);
    chart.applyOptions({ timeScale: { timeVisible: step < 86_400 } });
    series.setData(candles);
    chart.timeScale().fitContent();
    marks.show(symbol);
    const closes = candles.map(({ time, close }) => ({ time, value: close }));
    host.setAttribute('aria-label', describeLine(`Price of ${symbol}`, words, closes));
    return candles.length === 0 ? 'empty' : 'ready';
  }

  async function follow(symbol: string, { latestTrade }: Snapshot): Promise<void> {
    const last = candles.at(-1);
    if (symbol !== shown || last === undefined || !latestTrade) return;
    const time = startOfStep(chartTime(Date.parse(latestTrade.t)), range().step);
    const candle = extendCandle(last, time, latestTrade.p);
    if (candle === undefined) return;
    if (time > last.time) candles.push(candle);
    else candles[candles.length - 1] = candle;
    (await drawing).series.update(candle);
  }

  const refresh = poll(() => fillPanel(panel, load, (state) => state), { every: EVERY, signal });
  panel.addEventListener('change', refresh, { signal });
  return { refresh, follow: (symbol, snapshot) => void follow(symbol, snapshot) };
}

function candleOf({ t, o, h, l, c }: Bar): Candle {
  return { time: chartTime(Date.parse(t)), open: o, high: h, low: l, close: c };
}

/** The last candle after a trade at `price`, or the one that begins with it; undefined for a trade of the past. */
export function extendCandle(last: Candle, time: ChartTime, price: number): Candle | undefined {
  if (time < last.time) return undefined;
  if (time > last.time) return { time, open: price, high: price, low: price, close: price };
  return { ...last, high: Math.max(last.high, price), low: Math.min(last.low, price), close: price };
}
