import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { prepareProofKey } from '../../widget/pkce.ts';

afterEach(() => vi.unstubAllGlobals());

describe('prepareProofKey()', () => {
  it('makes a verifier of RFC 7636 and its S256 challenge', async () => {
    const { codeVerifier, codeChallenge } = await prepareProofKey();
    expect(codeVerifier).toMatch(/^[\w-]{43,128}$/);
    expect(codeChallenge).toBe(createHash('sha256').update(codeVerifier).digest('base64url'));
  });

  it('makes another one each time', async () => {
    const [first, second] = await Promise.all([prepareProofKey(), prepareProofKey()]);
    expect(first.codeVerifier).not.toBe(second.codeVerifier);
  });

  it('says what to do where the browser offers no WebCrypto', async () => {
    vi.stubGlobal('crypto', {});
    await expect(prepareProofKey()).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('https'),
    });
  });
});
