import { BARE, EIGHT, OURS } from './contenders.ts';
import type { LoadResult } from './load.ts';

/** One load of one contender in one round, and the microseconds of processor time that a request took. */
export type Loaded = LoadResult & { cpu: number };

/** What one round measured of one contender. */
export interface Measured {
  one: Loaded;
  all: Loaded;
  /** The median latency over one connection, in milliseconds. */
  single: number;
  /** In bytes. */
  memory: number;
}

type Rounds = ReadonlyMap<string, readonly Measured[]>;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [(sorted.length - 1) >> 1, sorted.length >> 1];
  return ((sorted[low] ?? Number.NaN) + (sorted[high] ?? Number.NaN)) / 2;
}

/** The two loads, one contender a line: medians, and ratios to the bare relay with the smallest and the largest round. */
export function loadTable(rounds: Rounds): string {
  const bare = rounds.get(BARE) ?? [];
  const direct = rounds.get('the upstream itself') ?? [];
  return (['one', 'all'] as const)
    .map((load) => {
      const lines = [...rounds].map(([name, own]) => {
        const of = (value: (loaded: Loaded) => number) => median(own.map((round) => value(round[load])));
        return [
          name,
          of(({ perSecond }) => perSecond).toFixed(0),
          spread(own, bare, ({ [load]: { perSecond } }) => perSecond),
          of(({ cpu }) => cpu).toFixed(0),
          spread(own, bare, ({ [load]: { cpu } }) => cpu),
          of(({ p50 }) => p50).toFixed(2),
          of(({ p99 }) => p99).toFixed(2),
          (median(own.map(({ single }) => single)) - median(direct.map(({ single }) => single))).toFixed(3),
          (median(own.map(({ memory }) => memory)) / 2 ** 20).toFixed(0),
        ];
      });
      const heads = [
        load === 'one' ? 'One busy session' : '1,000 sessions in turn',
        'requests/s',
        '/ bare',
        'CPU µs',
        '/ bare',
        'p50 ms',
        'p99 ms',
        '1 conn. + ms',
        'RSS MB',
      ];
      return `\n${aligned([heads, ...lines])}`;
    })
    .join('\n');
}

/** The targets, what was reached, and whether that is enough. A median, and the smallest and largest round. */
export function targets(rounds: Rounds): string {
  const of = (name: string) => rounds.get(name) ?? [];
  const [bare, ours] = [of(BARE), of(OURS)];
  const throughput = (load: 'one' | 'all') => (round: Measured) => round[load].perSecond;
  const cpu = (round: Measured) => round.one.cpu;
  const added = median(ours.map(({ single }) => single)) - median(bare.map(({ single }) => single));
  const many = of(`${OURS}, 10,000 sessions`);
  const rows: [string, string, number, string, boolean][] = [];
  const ratio = (
    what: string,
    own: readonly Measured[],
    to: readonly Measured[],
    value: (round: Measured) => number,
    target: number,
    least: boolean,
  ) => {
    if (own.length === 0 || to.length === 0) return;
    const reached = ratios(own, to, value);
    rows.push([
      what,
      least ? '≥' : '≤',
      target,
      spread(own, to, value),
      least ? median(reached) >= target : median(reached) <= target,
    ]);
  };
  ratio('throughput of the bare relay', ours, bare, throughput('one'), 0.65, true);
  ratio('CPU of the bare relay', ours, bare, cpu, 1.6, false);
  ratio('throughput, 1,000 sessions', ours, bare, throughput('all'), 0.55, true);
  ratio('CPU of the middleware stack / ours', of('http-proxy-middleware stack'), ours, cpu, 4, true);
  ratio('throughput mounted', of(`${OURS} in an Express app`), bare, throughput('one'), 0.3, true);
  ratio('throughput on Redis', of(`${OURS} on Redis`), bare, throughput('one'), 0.6, true);
  rows.push(['added p50 at one connection, ms', '≤', 0.25, added.toFixed(3), added <= 0.25]);
  ratio('CPU, 10,000 sessions / 1,000', many, ours, (round) => round.all.cpu, 1.05, false);
  ratio('CPU, 8 accounts a session / one', of(EIGHT), ours, cpu, 1.05, false);
  const lines = rows.map(([what, sign, target, reached, met]) => [
    what,
    `${sign} ${target}`,
    reached,
    met ? 'met' : 'MISSED',
  ]);
  return `\n${aligned([['Targets', '', 'reached', ''], ...lines])}`;
}

function ratios(
  own: readonly Measured[],
  to: readonly Measured[],
  value: (round: Measured) => number,
): number[] {
  return own.map((round, index) => {
    const other = to[index];
    return other ? value(round) / value(other) : Number.NaN;
  });
}

/** The median of the ratios of the rounds, each to the other's of the same round. */
function spread(
  own: readonly Measured[],
  to: readonly Measured[],
  value: (round: Measured) => number,
): string {
  const all = ratios(own, to, value);
  return `${median(all).toFixed(2)} (${Math.min(...all).toFixed(2)}–${Math.max(...all).toFixed(2)})`;
}

/** A table for people: the first column to the left, the others to the right. */
export function aligned(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}
