import { describe, expect, it } from 'vitest';
import { TokenCheck, type TokenVerdict } from '../../../server/proxy/token-check.ts';
import { exampleConnection } from '../session/example-connection.ts';

const UNAUTHORIZED = '{"code":40110000,"message":"request is not authorized"}';
const OUT_OF_SCOPE = '{"code":40110000,"message":"token is not authorized for this scope"}';
const tradingUrls = { paper: new URL('https://paper.example/v/'), live: new URL('https://live.example') };

/** A check whose Alpaca answers like this, and what it was asked. */
function checkOf(answer: () => Response | Promise<Response>, holds?: number) {
  const asked: { url: string; headers: unknown }[] = [];
  const check = new TokenCheck({
    accountUrlOf: ({ environment }) => `${tradingUrls[environment].href}v2/account`,
    ...(holds === undefined ? {} : { holds }),
    ask: async (url, { headers }) => {
      asked.push({ url: String(url), headers });
      return answer();
    },
  });
  return { asked, check };
}

describe('TokenCheck.verdict()', () => {
  it.each<[TokenVerdict, string, number, string]>([
    ['accepted', 'the account', 200, '{"id":"a","status":"ACTIVE"}'],
    ['revoked', 'Alpaca’s own 401', 401, UNAUTHORIZED],
    ['out_of_scope', 'a 401 that names the scope', 401, OUT_OF_SCOPE],
    ['out_of_scope', 'a 403 that names the scope', 403, OUT_OF_SCOPE],
    ['unknown', 'a gateway’s page', 401, '<html><title>401 Authorization Required</title></html>'],
    ['unknown', 'a gateway’s JSON', 401, '{"message":"Unauthorized"}'],
    ['unknown', 'nothing', 401, ''],
    ['unknown', 'a 403 with the code of a 401', 403, UNAUTHORIZED],
    ['unknown', 'a 429', 429, '{"message":"too many requests."}'],
    ['unknown', 'a failure', 500, UNAUTHORIZED],
    ['unknown', 'a redirect', 302, UNAUTHORIZED],
    ['unknown', 'a page in place of the account', 200, '<html>Sign in</html>'],
    ['unknown', 'an account without an id', 200, '{"status":"ACTIVE"}'],
  ])('is %s when Alpaca answers with %s', async (verdict, _what, status, body) => {
    const { check } = checkOf(() => new Response(body, { status }));
    expect(await check.verdict(exampleConnection())).toBe(verdict);
  });

  it('is unknown when there is no answer, and for a token that cannot be sent', async () => {
    const { check } = checkOf(() => Promise.reject(new DOMException('late', 'TimeoutError')));
    expect(await check.verdict(exampleConnection())).toBe('unknown');
    const unsendable = checkOf(() => new Response(UNAUTHORIZED, { status: 401 }));
    expect(await unsendable.check.verdict(exampleConnection({ accessToken: 'a\r\nb' }))).toBe('unknown');
    expect(unsendable.asked).toEqual([]);
  });

  it('asks the trading host of the connection, with its token', async () => {
    const { check, asked } = checkOf(() => new Response('{"id":"a"}'));
    await check.verdict(exampleConnection({ id: '1', environment: 'paper', accessToken: 'one' }));
    await check.verdict(exampleConnection({ id: '2', environment: 'live', accessToken: 'two' }));
    expect(asked).toMatchObject([
      { url: 'https://paper.example/v/v2/account', headers: { Authorization: 'Bearer one' } },
      { url: 'https://live.example/v2/account', headers: { Authorization: 'Bearer two' } },
    ]);
  });

  it('asks once for all who want to know at a time, and once for each connection', async () => {
    let answer: (response: Response) => void = () => {};
    const { check, asked } = checkOf(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const first = Array.from({ length: 50 }, () => check.verdict(exampleConnection({ id: '1' })));
    answer(new Response(UNAUTHORIZED, { status: 401 }));
    expect(new Set(await Promise.all(first))).toEqual(new Set(['revoked']));
    void check.verdict(exampleConnection({ id: '2' }));
    expect(asked).toHaveLength(2);
  });

  it('asks again once the verdict is old', async () => {
    const answers = [new Response('{"id":"a"}'), new Response(UNAUTHORIZED, { status: 401 })];
    const { check, asked } = checkOf(() => answers.shift() as Response, 0);
    expect(await check.verdict(exampleConnection())).toBe('accepted');
    await expect.poll(() => check.verdict(exampleConnection())).toBe('revoked');
    expect(asked).toHaveLength(2);
  });
});
