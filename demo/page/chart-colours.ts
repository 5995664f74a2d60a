/** The page's colours that charts are drawn in. A canvas knows no custom properties: each is looked up as it is now. */
export type ChartColours = Record<
  'ink' | 'quiet' | 'line' | 'surface' | 'accent' | 'chart-fill' | 'chart-clear' | 'up' | 'down' | 'note',
  string
>;

const NAMES = [
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

/** @param host where the chart is, because colours depend on the place */
export function chartColours(host: HTMLElement): ChartColours {
  const probe = document.createElement('span');
  host.append(probe);
  const colours = NAMES.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color] as const;
  });
  probe.remove();
  return Object.fromEntries(colours) as ChartColours;
}
