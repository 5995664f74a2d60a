import { ErrorReply, SocketTimeoutError } from '@redis/client';
import { describe, expect, it } from 'vitest';
import { describeError } from '../../../server/http/log.ts';
import { RedisFailure } from '../../../server/session/redis-client.ts';

describe('RedisFailure', () => {
  it.each([
    [new ErrorReply("READONLY You can't write against a read only replica."), 'READONLY'],
    [new ErrorReply('something else'), 'ErrorReply'],
    [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    [new SocketTimeoutError(1), 'SocketTimeoutError'],
    [undefined, 'unknown'],
  ])('names %s by a code that the log shows', (cause, code) => {
    const failure = new RedisFailure(cause);
    expect(failure.code).toBe(code);
    expect(describeError(failure)).toMatchObject({ name: 'RedisFailure', code });
  });
});
