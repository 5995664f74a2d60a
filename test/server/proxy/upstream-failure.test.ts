import { errors } from 'undici';
import { describe, expect, it } from 'vitest';
import { PublicError } from '../../../server/http/errors.ts';
import { isBrokenSocket, upstreamFailure } from '../../../server/proxy/upstream-answer.ts';

function coded(code: string): Error {
  return Object.assign(new Error('private words'), { code });
}

describe('upstreamFailure()', () => {
  it.each([
    [new errors.ConnectTimeoutError('private words'), 504, 'upstream_timeout'],
    [new errors.HeadersTimeoutError('private words'), 504, 'upstream_timeout'],
    [new errors.BodyTimeoutError('private words'), 504, 'upstream_timeout'],
    [new errors.HeadersOverflowError('private words'), 502, 'upstream_invalid'],
    [new errors.ResponseContentLengthMismatchError('private words'), 502, 'upstream_invalid'],
    [coded('HPE_INVALID_CONSTANT'), 502, 'upstream_invalid'],
    [new errors.SocketError('private words'), 502, 'upstream_unreachable'],
    [coded('ENOTFOUND'), 502, 'upstream_unreachable'],
    [coded('CERT_HAS_EXPIRED'), 502, 'upstream_unreachable'],
    [new Error('private words'), 502, 'upstream_unreachable'],
  ])('turns %s into %i %s and keeps the cause private', (cause, status, code) => {
    const failure = upstreamFailure(cause);
    expect(failure).toMatchObject({ status, code, cause });
    expect(failure.message).not.toContain('private words');
  });

  it('leaves an error that is public already as it is', () => {
    const tooLarge = new PublicError(413, 'body_too_large', 'Send less.');
    expect(upstreamFailure(tooLarge)).toBe(tooLarge);
  });
});

describe('isBrokenSocket()', () => {
  it('tells a connection that broke from an answer that was late or malformed', () => {
    expect(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'UND_ERR_SOCKET'].map(coded).every(isBrokenSocket)).toBe(
      true,
    );
    expect(
      ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'HPE_X', 'x'].map(coded).some(isBrokenSocket),
    ).toBe(false);
  });
});
