import { describe, expect, it } from 'vitest';
import { asConnectError, ConnectError, connectErrorFrom } from '../../widget/connect-error.ts';

describe('connectErrorFrom()', () => {
  it.each([
    ['live_not_allowed', 'live_not_allowed'],
    ['upstream_timeout', 'provider_error'],
    ['internal', 'network'],
    ['overloaded', 'network'],
    ['rate_limited', 'network'],
    ['session_store_unavailable', 'network'],
    ['header_missing', 'config_invalid'],
    ['toString', 'config_invalid'],
  ])('turns the server’s %s into %s and keeps its sentence', (code, expected) => {
    expect(connectErrorFrom({ code, message: 'What to do.' })).toMatchObject({
      code: expected,
      message: 'What to do.',
    });
  });
});

describe('asConnectError()', () => {
  it('keeps a ConnectError', () => {
    const error = new ConnectError('timeout');
    expect(asConnectError(error)).toBe(error);
  });

  it('shows nobody the text of an unexpected error', () => {
    const cause = new TypeError('x is undefined');
    const error = asConnectError(cause);
    expect(error.cause).toBe(cause);
    expect(error.message).not.toContain('undefined');
  });

  it.each([
    ['Alpaca confirmed', new TypeError('x'), true, 'exchange_failed', 'exchange_failed'],
    ['Alpaca was not asked', new TypeError('x'), false, 'config_invalid', 'old_browser'],
    [
      'the browser refuses storage',
      new DOMException('x', 'SecurityError'),
      true,
      'cookies_blocked',
      'cookies_blocked',
    ],
    ['nothing was thrown', undefined, false, 'config_invalid', 'old_browser'],
  ])('says what is true when %s', (_, thrown, confirmed, code, message) => {
    expect(asConnectError(thrown, confirmed)).toMatchObject({ code, message });
  });
});
