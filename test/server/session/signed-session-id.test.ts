import { sign } from 'cookie-signature';
import { describe, expect, it } from 'vitest';
import { signedSessionId } from '../../../server/session/cookie.ts';

const secrets = ['newest secret', 'older secret'];
const cookie = (secret: string, name = 'sid') =>
  `${name}=${encodeURIComponent(`s:${sign('the id', secret)}`)}`;

describe('signedSessionId()', () => {
  it('returns the id that any of the secrets signed', () => {
    for (const secret of secrets) expect(signedSessionId(cookie(secret), 'sid', secrets)).toBe('the id');
  });

  it('returns nothing for another secret, another name, an unsigned value or no cookie', () => {
    const unsigned = ['sid=the id', 'sid=s:the id', 'sid=', ''];
    for (const header of [
      cookie('another secret'),
      cookie('newest secret', 'other'),
      ...unsigned,
      undefined,
    ]) {
      expect(signedSessionId(header, 'sid', secrets), header).toBeUndefined();
    }
  });
});
