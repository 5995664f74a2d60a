import { describe, expect, it } from 'vitest';
import { describeUnplaced } from '../../../demo/page/describe-unplaced.ts';
import { Refusal } from '../../../demo/page/refusal.ts';

describe('describeUnplaced()', () => {
  it('says why Alpaca placed no order', () => {
    expect(describeUnplaced(new Refusal(403, 'Insufficient buying power.'))).toBe(
      'Not placed. Insufficient buying power.',
    );
  });

  it('does not claim to know what became of a request without an answer', () => {
    expect(describeUnplaced(new TypeError('fetch failed'))).toMatch(
      /may have been placed.*never placed twice/,
    );
  });
});
