import { createHash } from 'node:crypto';
import { round } from '../api/decimal.ts';
import type { Asset } from './assets.ts';

const DAY = 86_400;

/**
 * The walk is a sum of jagged lines, each with corners `period` seconds apart at random heights, and taller the longer
 * its period (a random walk spreads with the square root of time). So the price is a function of time alone: a quote, a
 * bar and a fill agree, any past moment can be asked for, and a restart does not jump. Every period divides the next.
 */
const PERIODS = [1, 5, 15, 60, 300, 900, 3_600, 14_400, DAY, 4 * DAY, 16 * DAY, 64 * DAY, 256 * DAY];

/** In seconds. */
const BOUNCE = 30;

/** Simulated prices, in dollars with two decimals, one for each whole second. */
export interface PriceWalk {
  /** The price at a moment, in milliseconds since 1970. */
  at(asset: Asset, time: number): number;
  /** The lowest and highest price from `from` to `to` (milliseconds): nothing in between lies outside. */
  range(asset: Asset, from: number, to: number): { low: number; high: number };
}

/** The walks of all assets; another seed is another market. */
export function createPriceWalk(seed: string): PriceWalk {
  const saltOf = memoize((symbol) => createHash('sha256').update(`${seed} ${symbol}`).digest().readInt32LE());

  function at(asset: Asset, time: number): number {
    return toPrice(asset, waveAt(saltOf(asset.symbol), toSecond(time), 0));
  }

  /** Looks only at the corners of lines with at least `step` between them, and allows for the shorter lines in full. */
  function range(asset: Asset, from: number, to: number): { low: number; high: number } {
    const [first, last] = [toSecond(from), toSecond(to)];
    const shortest = PERIODS.findLastIndex((period) => period <= Math.max(1, (last - first) / 24));
    const step = PERIODS[Math.max(0, shortest)] ?? 1;
    const slack = PERIODS.filter((period) => period < step).reduce(
      (sum, period) => sum + heightOf(period),
      0,
    );
    const salt = saltOf(asset.symbol);
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const second of cornersBetween(first, last, step)) {
      const wave = waveAt(salt, second, Math.max(0, shortest));
      low = Math.min(low, wave);
      high = Math.max(high, wave);
    }
    return { low: toPrice(asset, low - slack), high: toPrice(asset, high + slack) };
  }

  return { at, range };
}

/** The sum of the lines from `PERIODS[shortest]` on, in units of the asset's daily move. */
function waveAt(salt: number, second: number, shortest: number): number {
  let wave = 0;
  for (let line = shortest; line < PERIODS.length; line++) {
    const period = PERIODS[line] ?? 1;
    const corner = Math.floor(second / period);
    const left = randomHeight(salt + line, corner);
    const right = randomHeight(salt + line, corner + 1);
    wave += heightOf(period) * (left + (right - left) * (second / period - corner));
  }
  return wave;
}

function* cornersBetween(first: number, last: number, step: number): Generator<number> {
  yield first;
  for (let second = Math.ceil(first / step) * step; second < last; second += step) yield second;
  yield last;
}

function toPrice(asset: Asset, wave: number): number {
  return round(asset.basePrice * Math.exp(asset.dailyMove * wave));
}

/** Taller than the square root alone for the shortest lines: trades bounce between bid and ask, so every price moves within seconds. */
function heightOf(period: number): number {
  return Math.sqrt((period + BOUNCE) / DAY);
}

function toSecond(time: number): number {
  return Math.floor(time / 1_000);
}

/** A number in [-1, 1) that looks random but belongs to (salt, index): the mixing steps of MurmurHash3. */
function randomHeight(salt: number, index: number): number {
  let bits = Math.imul(index ^ Math.imul(salt, 0x9e3779b1), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 31 - 1;
}

function memoize(compute: (key: string) => number): (key: string) => number {
  const known = new Map<string, number>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}
