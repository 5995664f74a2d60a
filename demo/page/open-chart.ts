/** The chart library, which only somebody who is connected has to load. */
type Charts = typeof import('lightweight-charts');
export type Chart = ReturnType<Charts['createChart']>;

export interface OpenChart {
  charts: Charts;
  chart: Chart;
  colours: ChartColours;
}

/**
 * A chart that fills its host, follows its size and the colour scheme, and leaves scrolling to the page.
 * @param paint colours what was drawn; called again when the colour scheme changes
 */
export async function openChart(
  host: HTMLElement,
  signal: AbortSignal,
  paint: (colours: ChartColours) => void,
): Promise<OpenChart> {
  const charts = await import('lightweight-charts');
  const colours = chartColours(host);
  const chart = charts.createChart(host, {
    autoSize: true,
    layout: {
      fontFamily: getComputedStyle(host).fontFamily,
      fontSize: 11,
      // Its mark is drawn with an inline style and raw markup, which the policy of this page forbids. The notice and the
      // link that the library's licence asks for stand at the foot of the page.
      attributionLogo: false,
    },
    handleScroll: false,
    handleScale: false,
    rightPriceScale: {
      borderVisible: false,
      entireTextOnly: true,
      scaleMargins: { top: 0.12, bottom: 0.08 },
      tickMarkDensity: 4,
    },
    timeScale: { borderVisible: false, timeVisible: true, secondsVisible: false, fixLeftEdge: true },
    grid: { vertLines: { visible: false } },
  });
  chart.applyOptions(colourOptions(charts, colours));
  // All that is known stays in view at any width, also when the chart was hidden for a while.
  chart.timeScale().subscribeSizeChange(() => chart.timeScale().fitContent());
  signal.addEventListener('abort', () => chart.remove(), { once: true });
  matchMedia('(prefers-color-scheme: dark)').addEventListener(
    'change',
    () => {
      const now = chartColours(host);
      chart.applyOptions(colourOptions(charts, now));
      paint(now);
    },
    { signal },
  );
  return { charts, chart, colours };
}

function colourOptions({ ColorType, CrosshairMode, LineStyle }: Charts, colours: ChartColours) {
  const line = { color: colours.quiet, labelBackgroundColor: colours.ink, style: LineStyle.Solid };
  return {
    layout: {
      background: { type: ColorType.Solid, color: colours.surface },
      textColor: colours.quiet,
    },
    grid: { horzLines: { color: colours.line } },
    crosshair: { mode: CrosshairMode.Magnet, vertLine: line, horzLine: line },
  };
}

/** The page's colours that charts are drawn in. */
const COLOURS = [
  'ink',
  'quiet',
  'line',
  'surface',
  'accent',
  'chart-fill',
  'chart-clear',
  'up',
  'down',
  'note',
] as const;
type ChartColours = Record<(typeof COLOURS)[number], string>;

/**
 * The colours as they are now: a canvas knows no custom properties.
 * @param host where the chart is, because colours depend on the place
 */
export function chartColours(host: HTMLElement): ChartColours {
  const probe = document.createElement('span');
  host.append(probe);
  const colours = COLOURS.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color] as const;
  });
  probe.remove();
  return Object.fromEntries(colours) as ChartColours;
}
