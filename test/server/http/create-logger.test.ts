import { describe, expect, it } from 'vitest';
import { PublicError } from '../../../server/http/errors.ts';
import { createLogger } from '../../../server/http/log.ts';

const TOKEN = 'b9f9d2c4-canary-token';

describe('createLogger()', () => {
  it('describes errors by the allow-list, whatever they carry', () => {
    const lines: string[] = [];
    const log = createLogger({ write: (line) => lines.push(line) });
    const cause = Object.assign(new Error(`Bearer ${TOKEN}`), { body: TOKEN, parameters: { code: TOKEN } });
    log.error({ event: 'request_refused', error: cause });
    log.error({ error: new PublicError(502, 'provider_error', 'Alpaca did not answer.', { cause }) });
    log.warn({ error: { token: TOKEN } });
    expect(lines.join('')).not.toContain(TOKEN);
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 'error', event: 'request_refused', error: { name: 'Error', frames: expect.any(Array) } },
      {
        level: 'error',
        error: { name: 'PublicError', message: 'Alpaca did not answer.', cause: { name: 'Error' } },
      },
      { level: 'warn', error: { name: 'object' } },
    ]);
  });

  it('keeps one event on one line, whatever its fields hold', () => {
    const lines: string[] = [];
    createLogger({ write: (line) => lines.push(line) }).info({
      event: 'x',
      origin: 'a\r\n{"level":"fatal"}\u2028',
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toMatch(/[\r\n]/);
  });
});
