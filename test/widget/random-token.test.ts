import { describe, expect, it } from 'vitest';
import { toBase64Url } from '../../widget/base64url.ts';
import { randomToken } from '../../widget/random-token.ts';

describe('randomToken()', () => {
  it('is 128 bits as base64url, and never the same', () => {
    const tokens = new Set(Array.from({ length: 1_000 }, randomToken));
    expect(tokens.size).toBe(1_000);
    for (const token of tokens) expect(token).toMatch(/^[\w-]{22}$/);
  });

  it('is as long as asked for', () => {
    expect(randomToken(32)).toMatch(/^[\w-]{43}$/);
  });
});

describe('toBase64Url()', () => {
  it('agrees with Node for all byte values and lengths', () => {
    const all = Uint8Array.from({ length: 256 }, (_, index) => index);
    for (const length of [0, 1, 2, 3, 255, 256]) {
      const bytes = all.subarray(256 - length);
      expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
    }
  });
});
