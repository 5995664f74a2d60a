import { describe, expect, it } from 'vitest';
import { PublicError } from '../../../server/http/errors.ts';
import { describeError } from '../../../server/http/log.ts';

const TOKEN = 'b9f9d2c4-canary-token';

describe('describeError()', () => {
  it('keeps the message of a public error, which this project wrote', () => {
    const error = new PublicError(403, 'access_denied', 'You did not allow access.');
    expect(describeError(error)).toEqual({
      name: 'PublicError',
      code: 'access_denied',
      status: 403,
      message: 'You did not allow access.',
    });
  });

  it('drops every message, property and code that somebody else may have filled with a secret', () => {
    const cause = Object.assign(new TypeError(`Bearer ${TOKEN}`), {
      code: `E ${TOKEN}`,
      response: { body: TOKEN },
      parameters: TOKEN,
    });
    const description = describeError(
      new PublicError(502, 'provider_error', 'Alpaca did not answer.', { cause }),
    );
    expect(JSON.stringify(description)).not.toContain(TOKEN);
    expect(description.cause).toMatchObject({ name: 'TypeError' });
  });

  it('names an OAuth error by its standard code', () => {
    const error = Object.assign(new Error(TOKEN), { error: 'invalid_client', status: 401 });
    expect(describeError(error)).toMatchObject({ code: 'invalid_client', status: 401 });
  });

  it('ends with a chain of causes that has no end', () => {
    const loop: Error & { cause?: unknown } = new Error('loop');
    loop.cause = loop;
    expect(JSON.stringify(describeError(loop)).split('"name"')).toHaveLength(5);
  });

  it('does not print a thrown value that is not an error', () => {
    expect(describeError(TOKEN)).toEqual({ name: 'string' });
  });

  it('takes no line of a message for a stack frame: a parser quotes what it could not parse', () => {
    let error: unknown;
    try {
      JSON.parse('{"a":\n    at canary');
    } catch (thrown) {
      error = thrown;
    }
    const description = describeError(error);
    expect(JSON.stringify(description)).not.toContain('canary');
    expect(description.frames?.[0]).toContain('JSON.parse');
  });
});
