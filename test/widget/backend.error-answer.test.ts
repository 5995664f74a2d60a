import { describe, expect, it } from 'vitest';
import { errorAnswer } from '../../widget/backend.ts';

describe('errorAnswer()', () => {
  it('is the server’s code and sentence', async () => {
    const body = { code: 'overloaded', message: 'Try again.', requestId: 'r' };
    expect(await errorAnswer(Response.json(body))).toEqual({ code: 'overloaded', message: 'Try again.' });
  });

  it.each([
    '<h1>Bad gateway</h1>',
    '',
    'null',
    '[]',
    '{"code":40310000,"message":"insufficient buying power"}',
    '{"code":"overloaded"}',
    '{"message":"forbidden."}',
  ])('is nothing in %s', async (body) => {
    expect(await errorAnswer(new Response(body))).toBeUndefined();
  });
});
