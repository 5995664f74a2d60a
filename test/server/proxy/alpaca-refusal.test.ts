import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MOST_OF_A_REFUSAL, RefusalBody, readRefusal } from '../../../server/proxy/alpaca-refusal.ts';

const TOKEN = 'b9f9d2c4-1111-4222-8333-444455556666';

describe('readRefusal()', () => {
  it.each([
    '{"code":40110000,"message":"token is not authorized for this scope"}',
    '{"code":40110000,"message":"access token is not authorized for this scope"}',
    '{"code":40310000,"message":"Not authorized for this scope."}',
    '{"message":"oauth token not authorised for the requested scope"}',
  ])('takes %s for a matter of scope', (body) => {
    expect(readRefusal(body, TOKEN)).toEqual({ about: 'scope', words: JSON.parse(body).message });
  });

  it.each([
    ['{"code":40110000,"message":"request is not authorized"}', 'request is not authorized'],
    ['{"code":40110000,"message":"access token verification failed"}', 'access token verification failed'],
    ['{"code":40199999,"message":""}', ''],
  ])('takes %s for a matter of the token', (body, words) => {
    expect(readRefusal(body, TOKEN)).toEqual({ about: 'token', words });
  });

  it.each([
    ['', ''],
    ['<html><title>401 Authorization Required</title>token is not authorized for this scope</html>', ''],
    ['{"message":"Unauthorized"}', 'Unauthorized'],
    ['{"message":"forbidden.","code":"40110000"}', 'forbidden.'],
    ['{"code":40310000,"message":"forbidden"}', 'forbidden'],
    ['{"code":401,"message":"no"}', 'no'],
    ['{"code":40110000}', ''],
    ['{"code":40110000,"message":["not authorized for this scope"]}', ''],
    ['[{"code":40110000,"message":"request is not authorized"}]', ''],
    ['"not authorized for this scope"', ''],
    ['null', ''],
    ['{"code":40110000,"message":"request is not auth', ''],
  ])('does not know what %s is about', (body, words) => {
    expect(readRefusal(body, TOKEN)).toEqual({ about: 'unclear', words });
  });

  it('lets nothing but visible ASCII through, 200 characters of it, and never the token', () => {
    const of = (message: string) => readRefusal(JSON.stringify({ code: 40110000, message }), TOKEN).words;
    expect(of('\u001b[31m  no\r\nSet-Cookie:\u2028x\u0000 \ud83d\ude80')).toBe('[31m no Set-Cookie: x');
    expect(of('x'.repeat(1_000))).toBe('x'.repeat(200));
    expect(of(`token ${TOKEN} is not known`)).toBe('');
    expect(of(`${'x'.repeat(190)}${TOKEN}`)).toBe('');
  });
});

describe('RefusalBody', () => {
  it('keeps the first KiB of what comes and says when that is enough', () => {
    const body = new RefusalBody(undefined);
    expect(body.add(Buffer.alloc(1_000, 'a'))).toBe(false);
    expect(body.add(Buffer.alloc(1_000_000, 'b'))).toBe(true);
    expect(body.add(Buffer.from('c'))).toBe(true);
    expect(body.text()).toBe('a'.repeat(1_000) + 'b'.repeat(MOST_OF_A_REFUSAL - 1_000));
  });

  it('unpacks what Alpaca compressed, and no bomb', () => {
    const words = new RefusalBody('gzip');
    words.add(gzipSync('{"message":"no"}'));
    expect(words.text()).toBe('{"message":"no"}');
    const bomb = new RefusalBody('gzip');
    bomb.add(gzipSync(Buffer.alloc(500_000)));
    expect(bomb.text()).toBe('');
    const cut = new RefusalBody('gzip');
    cut.add(gzipSync('{"message":"no"}').subarray(0, 20));
    expect(cut.text()).toBe('');
  });
});
