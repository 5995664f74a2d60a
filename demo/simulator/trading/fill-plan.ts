import { createHash } from 'node:crypto';

/** One part of an order that is going to be filled. */
export interface PlannedFill {
  /** How much of what is open by then: more than 0, and 1 for the last part. */
  share: number;
  /** Milliseconds after the order was taken, or after the part before. */
  wait: number;
}

/** How long an order waits before each part is filled, in milliseconds. */
export interface FillDelay {
  least: number;
  most: number;
}

/** Plans how an order is filled. The same name gives the same plan. */
export type FillPlanner = (name: string) => PlannedFill[];

const MOST_PARTS = 3;

/** One to three parts of different size, as many and as fast as seed and name decide. */
export function createFillPlanner(seed: string, { least, most }: FillDelay): FillPlanner {
  return function planFills(name) {
    const digest = createHash('sha256').update(`fills ${seed} ${name}`).digest();
    const random = (index: number) => digest.readUInt32LE(index * 4) / 2 ** 32;
    const parts = 1 + Math.floor(random(0) * MOST_PARTS);
    return Array.from({ length: parts }, (_, part) => ({
      share: part === parts - 1 ? 1 : 0.25 + random(1 + part) / 2,
      wait: Math.round(least + (most - least) * random(4 + part)),
    }));
  };
}
