import { describe, expect, it } from 'vitest';
import { describeFailure, Refusal } from '../../../demo/page/refusal.ts';

describe('Refusal.of()', () => {
  it("makes a sentence of Alpaca's message", async () => {
    const body = { code: 40310000, message: 'insufficient buying power' };
    const refusal = await Refusal.of(Response.json(body, { status: 403 }));
    expect(refusal.message).toBe('Insufficient buying power.');
    expect(refusal.status).toBe(403);
    expect(refusal.code).toBeUndefined();
  });

  it("keeps the server's own sentence as it is", async () => {
    const body = { code: 'not_connected', message: 'Connect an account first.', requestId: '1' };
    const refusal = await Refusal.of(Response.json(body, { status: 401 }));
    expect(refusal.message).toBe('Connect an account first.');
    expect(refusal.code).toBe('not_connected');
  });

  it.each(['<html>Bad gateway</html>', '', 'null', '"text"', '{"message":42}', '{"message":"  "}'])(
    'says the status when the body is %j',
    async (body) => {
      const refusal = await Refusal.of(new Response(body, { status: 502 }));
      expect(refusal.message).toBe('The answer was HTTP 502.');
    },
  );
});

describe('describeFailure()', () => {
  it('says why a request was refused', () => {
    expect(describeFailure(new Refusal(422, 'Qty must be positive.'))).toBe('Qty must be positive.');
  });

  it('says what to check when no answer came, and nothing of the inner error', () => {
    const sentence = describeFailure(new TypeError('fetch failed: inner detail'));
    expect(sentence).toMatch(/Check that you are online/);
    expect(sentence).not.toMatch(/inner detail/);
  });
});
