import type { PortfolioHistory } from './alpaca-answers.ts';
import { type ChartTime, chartTime, startOfStep } from './chart-time.ts';
import type { Desk } from './desk.ts';
import { fillPanel } from './fill-panel.ts';
import { findPart } from './find-part.ts';
import { formatMoney } from './format-amount.ts';
import { type OpenChart, openChart } from './open-chart.ts';
import { poll } from './poll.ts';

/** Milliseconds. In between, the line follows the equity that the desk works out from prices. */
const EVERY = 60_000;
const DAY = 86_400;

/** What the person can look at, with what Alpaca calls it. `step` is in seconds. */
const RANGES = {
  day: { words: 'the last day', period: '1D', timeframe: '5Min', step: 300 },
  month: { words: 'the last month', period: '1M', timeframe: '1D', step: DAY },
  year: { words: 'the last year', period: '1A', timeframe: '1D', step: DAY },
} as const;

interface Point {
  time: ChartTime;
  value: number;
}

/** The line of what the account was worth. @returns what asks Alpaca for it again, after a trade */
export function equityChart({ root, account, portfolio, signal }: Desk): () => void {
  const panel = findPart(root, 'equity-chart');
  const host = findPart(panel, 'canvas');
  const drawing = openChart(host, signal, paint).then(draw);
  let points: Point[] = [];

  function draw({ charts, chart, colours }: OpenChart) {
    chart.applyOptions({ localization: { priceFormatter: (value: number) => formatMoney(value) } });
    const series = chart.addSeries(charts.AreaSeries, {
      lineWidth: 2,
      priceLineVisible: false,
      crosshairMarkerRadius: 4,
    });
    void paint(colours);
    return { chart, series };
  }

  async function paint(colours: OpenChart['colours']): Promise<void> {
    const { series } = await drawing;
    series.applyOptions({
      lineColor: colours.accent,
      topColor: colours['chart-fill'],
      bottomColor: colours['chart-clear'],
    });
  }

  function range() {
    const chosen = panel.querySelector<HTMLInputElement>('input:checked')?.value;
    return RANGES[chosen as keyof typeof RANGES] ?? RANGES.month;
  }

  async function load(): Promise<'ready' | 'empty'> {
    const { words, period, timeframe, step } = range();
    const [{ chart, series }, history] = await Promise.all([
      drawing,
      account.portfolioHistory(period, timeframe),
    ]);
    points = pointsOf(history);
    chart.applyOptions({ timeScale: { timeVisible: step < DAY } });
    series.setData(points);
    chart.timeScale().fitContent();
    host.setAttribute('aria-label', describeLine('Equity', words, points));
    return points.length === 0 ? 'empty' : 'ready';
  }

  async function follow(): Promise<void> {
    const { equity } = portfolio;
    const last = points.at(-1);
    if (equity === undefined || last === undefined) return;
    const now = startOfStep(chartTime(Date.now()), range().step);
    const point = { time: now > last.time ? now : last.time, value: Number(equity) };
    if (now > last.time) points.push(point);
    (await drawing).series.update(point);
  }

  const refresh = poll(() => fillPanel(panel, load, (state) => state), { every: EVERY, signal });
  panel.addEventListener('change', refresh, { signal });
  portfolio.addEventListener('change', () => void follow(), { signal });
  return refresh;
}

/** The known points, each time once. Alpaca knows nothing of the time before the account was opened. */
export function pointsOf({ timestamp, equity }: PortfolioHistory): Point[] {
  const points = new Map<ChartTime, number>();
  timestamp.forEach((seconds, index) => {
    const value = equity[index] ?? null;
    const opened = points.size > 0 || value !== 0;
    if (value !== null && opened) points.set(chartTime(seconds * 1_000), value);
  });
  return [...points].map(([time, value]) => ({ time, value }));
}

/** For those who cannot see it: `Equity over the last month: from $99.00 to $104.00, lowest $98.00, highest $105.00.` */
export function describeLine(what: string, words: string, points: readonly Point[]): string {
  const values = points.map(({ value }) => value);
  if (values.length === 0) return `${what} over ${words}: nothing is known.`;
  const [first, last] = [formatMoney(values[0]), formatMoney(values.at(-1))];
  const [low, high] = [formatMoney(Math.min(...values)), formatMoney(Math.max(...values))];
  return `${what} over ${words}: from ${first} to ${last}, lowest ${low}, highest ${high}.`;
}
