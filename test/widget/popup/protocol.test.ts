import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PopupMessage, readPopupMessage } from '../../../widget/popup/protocol.ts';

const valid: PopupMessage[] = [
  { type: 'alpaca-connect:ready', launchNonce: 'n' },
  {
    type: 'alpaca-connect:request',
    launchNonce: 'n',
    pageNonce: 'p',
    environment: 'paper',
    codeChallenge: 'c',
    disclosure: 'd',
  },
  { type: 'alpaca-connect:started', pageNonce: 'p', attempt: 'a' },
  { type: 'alpaca-connect:failed', pageNonce: 'p', code: 'network', message: 'Try again.' },
  { type: 'alpaca-connect:outcome', attempt: 'a', grant: 'g' },
  {
    type: 'alpaca-connect:outcome',
    attempt: 'a',
    grant: 'g',
    error: { code: 'access_denied', message: 'Denied.' },
  },
  { type: 'alpaca-connect:received', attempt: 'a' },
];

describe('readPopupMessage()', () => {
  it.each(valid)('reads $type', (message) => {
    expect(readPopupMessage(message)).toBe(message);
  });

  it.each(valid)('refuses $type when any field is missing or no string', (message) => {
    const optional = ['scope', 'disclosure', 'error'];
    for (const field of Object.keys(message).filter((name) => !optional.includes(name))) {
      expect(readPopupMessage({ ...message, [field]: undefined })).toBeUndefined();
      expect(readPopupMessage({ ...message, [field]: { toString: () => 'x' } })).toBeUndefined();
    }
  });

  it.each([
    { ...valid[1], scope: 7 },
    { ...valid[1], disclosure: 7 },
    { ...valid[5], error: 'access_denied' },
    { ...valid[5], error: { code: 'access_denied' } },
    { type: 'constructor' },
    { type: '__proto__' },
    { type: 'alpaca-connect:other' },
  ])('refuses %o', (data) => {
    expect(readPopupMessage(data)).toBeUndefined();
  });

  it('never throws, whatever other scripts post', () => {
    fc.assert(fc.property(fc.anything(), (data) => readPopupMessage(data) === undefined));
  });
});
