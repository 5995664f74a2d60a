import { isInDoubt } from './order-placement.ts';
import { describeFailure } from './refusal.ts';

/** Says why no order was placed, or that it is not known whether one was. */
export function describeUnplaced(error: unknown): string {
  if (!isInDoubt(error)) return `Not placed. ${describeFailure(error)}`;
  return `${describeFailure(error)} The order may have been placed. Press again without changing it: it is never placed twice.`;
}
