import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { openStage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

const TARGETS = [
  '//evil.example/x',
  '//evil.example/alpaca/paper/v2/account',
  '/\\evil.example/x',
  'http://evil.example/alpaca/paper/v2/account',
  'http://user:pw@evil.example/alpaca/paper/v2/account',
  'http://169.254.169.254/alpaca/paper/v2/account',
  '/alpaca//paper/v2/account',
  '/alpaca/paper//evil.example/x',
  '/alpaca/paper//v2/account',
  '/alpaca/paper/\\evil.example',
  '/alpaca/paper/\\\\evil.example/x',
  '/alpaca/paper/%5cevil.example',
  '/alpaca/paper/http://evil.example/x',
  '/alpaca/paper/@evil.example/',
  '/alpaca/paper/:80/',
  '/alpaca/paper/v2/../../oauth/token',
  '/alpaca/paper/v2/%2e%2e/%2e%2e/oauth/token',
  '/alpaca/paper/v2/.%2e/account',
  '/alpaca/paper/v2/..%2faccount',
  '/alpaca/paper/v2/%252e%252e/account',
  '/alpaca/paper/v2/%c0%ae%c0%ae/account',
  '/alpaca/paper/v2/./account',
  '/alpaca/paper/v2/account/',
  '/alpaca/paper/v2/account/%2e',
  '/alpaca/paper/v2/account;x=1',
  '/alpaca/paper/v2/account%3b',
  '/alpaca/paper/v2/account%00',
  '/alpaca/paper/v2/account%0d%0aX-Evil:1',
  '/alpaca/paper/v2/account#x',
  '/alpaca/paper/v2/account%23x',
  '/alpaca/paper/v2/account%3Fa=b',
  '/alpaca/paper/v2/account?access_token=x',
  '/ALPACA/PAPER/v2/account',
  '/alpaca/PAPER/v2/account',
  '/alpaca/__proto__/v2/account',
  '/alpaca/constructor/v2/account',
  '/alpaca/paper/__proto__',
  '/alpaca/paper/v2/secret-operation',
  '/alpaca/paper/v2/locates',
  '/alpaca/data/v2/account',
  '/alpaca/paper/oauth/token',
  '*',
];

/*
 * The proxy decides about a path and something behind it reads the path differently: `//host`, an absolute URL, a dot
 * segment in some encoding. The request, with the person's token, then goes to another host or another operation.
 */
it('no disguised path and no operation outside the table reaches Alpaca', async () => {
  await using stage = await openStage();
  const visitor = new Visitor(stage);
  await visitor.connect();
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const before = stage.simulator.control.requests.length;

  for (const target of TARGETS) {
    for (const method of ['GET', 'DELETE']) {
      const status = await raw(stage.url, `${method} ${target} HTTP/1.1`, cookie);
      expect(`${method} ${target} ${status}`).toMatch(/ 40[0345]$/);
    }
  }
  for (const method of ['TRACE', 'PROPFIND', 'QUERY', 'OPTIONS']) {
    const status = await raw(stage.url, `${method} /alpaca/paper/v2/account HTTP/1.1`, cookie);
    expect(`${method} ${status}`).toMatch(/ 40[05]$/);
  }
  process.stdout.write(`disguised paths: ${TARGETS.length * 2 + 4} tried, 0 reached Alpaca\n`);
  expect(stage.simulator.control.requests).toHaveLength(before);
  expect(await raw(stage.url, 'GET /alpaca/paper/v2/account HTTP/1.1', cookie)).toBe(200);
});

/** Sends a request line as it is and resolves to the status of the answer. */
function raw(url: string, requestLine: string, cookie: string): Promise<number> {
  const { hostname, port, host } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        `${requestLine}\r\nHost: ${host}\r\nX-Alpaca-Connect: 1\r\nSec-Fetch-Site: same-origin\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
      );
    });
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])));
    socket.on('error', reject);
  });
}
