// Whoever answers in the token endpoint's place tries to plant a token, to fill the memory, or to be followed elsewhere with the
// code and the secret. The exchange ends in one refusal, nothing is stored, and the server goes on.

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { AttemptAnswer, ErrorAnswer } from '../../server/contract.ts';
import { openStage } from '../stage.ts';
import { callbackData, Visitor } from '../visitor.ts';

const TOKEN = '{"access_token":"planted-token","token_type":"bearer","scope":"trading"}';
const json = (body: string, more = ''): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${more}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const bomb = gzipSync(
  `{"access_token":"planted-token","token_type":"bearer","rest":"${'x'.repeat(32 * 1024 * 1024)}"}`,
);

const ANSWERS: Readonly<Record<string, string>> = {
  'a page': 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p>x',
  'a token as a page': `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${TOKEN.length}\r\n\r\n${TOKEN}`,
  'a token without a type': `HTTP/1.1 200 OK\r\nContent-Length: ${TOKEN.length}\r\n\r\n${TOKEN}`,
  'a token with an error': json('{"access_token":"planted-token","error":"invalid_grant"}'),
  'a token with status 500': json(TOKEN).replace('200 OK', '500 X'),
  'a token with status 201': json(TOKEN).replace('200 OK', '201 X'),
  'a token with status 999': json(TOKEN).replace('200 OK', '999 X'),
  'half a token': json(TOKEN).slice(0, -10),
  'a token under a prototype': json('{"__proto__":{"access_token":"planted-token","token_type":"bearer"}}'),
  'a list of tokens': json(`[${TOKEN}]`),
  'two tokens in a list': json('{"access_token":["planted-token","b"],"token_type":"bearer"}'),
  'a token that is an object': json('{"access_token":{"toString":"planted-token"},"token_type":"bearer"}'),
  'a token that ends its line': json('{"access_token":"a\\r\\nX-Evil: 1","token_type":"bearer"}'),
  'a token of 5 KiB': json(`{"access_token":"${'a'.repeat(5_120)}","token_type":"bearer"}`),
  'an empty token': json('{"access_token":"","token_type":"bearer"}'),
  'a token of another type': json('{"access_token":"planted-token","token_type":"mac"}'),
  'a scope that is a list': json(
    '{"access_token":"planted-token","token_type":"bearer","scope":["trading"]}',
  ),
  'an ID token': json('{"access_token":"planted-token","token_type":"bearer","id_token":"a.b.c"}'),
  'a hundred thousand brackets': json(`${'['.repeat(100_000)}`),
  '30,000 brackets': json(`{"access_token":${'['.repeat(30_000)}${']'.repeat(30_000)}}`),
  '5 MB': json(`{"access_token":"planted-token","token_type":"bearer","rest":"${'x'.repeat(5_000_000)}"}`),
  'a few bytes that unpack to 32 MiB': `${json('', 'Content-Encoding: gzip\r\n').replace('Content-Length: 0\r\n\r\n', `Content-Length: ${bomb.length}\r\n\r\n`)}${bomb.toString('latin1')}`,
  'a thousand encodings': json(TOKEN, `Content-Encoding: ${'gzip, '.repeat(999)}gzip\r\n`),
  'a redirect': 'HTTP/1.1 302 X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n',
  'a redirect that keeps the body': 'HTTP/1.1 307 X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n',
  'a permanent redirect': 'HTTP/1.1 308 X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n',
  'a 429':
    'HTTP/1.1 429 X\r\nRetry-After: 9\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
  'a request to authenticate':
    'HTTP/1.1 401 X\r\nWWW-Authenticate: Basic realm="evil"\r\nContent-Length: 0\r\n\r\n',
  'no HTTP': 'SSH-2.0-OpenSSH_9.9\r\n',
  nothing: '',
};
// A repeated key is no attack: the last one counts, for every parser that this answer meets.

it(`${Object.keys(ANSWERS).length} hostile answers of the token endpoint: 0 connections`, {
  timeout: 120_000,
}, async () => {
  let planned = '';
  let heard = '';
  const sockets = new Set<Socket>();
  const endpoint = createServer((socket) => {
    sockets.add(socket.setEncoding('latin1').on('error', () => {}));
    socket.once('data', (bytes) => {
      heard += bytes;
      socket.end(planned, 'latin1');
    });
  });
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`;
  try {
    await using stage = await openStage({ environment: { ALPACA_TOKEN_URL: `${address}/oauth/token` } });
    for (const [what, bytes] of Object.entries(ANSWERS)) {
      planned = bytes;
      const visitor = new Visitor(stage);
      const { codeVerifier, codeChallenge } = Visitor.proofKey();
      const { state } = (await (await visitor.startAttempt({ codeChallenge })).json()) as AttemptAnswer;
      const { grant } = await callbackData(
        await visitor.visit(`${stage.url}/alpaca/callback?code=c&state=${state}`),
      );
      const answer = await visitor.exchange(grant, codeVerifier);
      expect(answer.status, what).toBe(424);
      expect(((await answer.json()) as ErrorAnswer).code, what).toMatch(
        /^(?:provider_error|exchange_failed|config_invalid)$/,
      );
      expect(visitor.hasSession, what).toBe(false);
    }
    // One call each, and none to where a redirect led. The token was tried nowhere.
    expect(heard.match(/POST \/oauth\/token HTTP/g)).toHaveLength(Object.keys(ANSWERS).length);
    expect(heard).not.toContain('/elsewhere');
    expect(stage.simulator.control.requests).toEqual([]);
    expect(stage.sent().includes('planted-token')).toBe(false);
    expect(stage.logged()).not.toMatch(/planted-token|X-Evil/);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => endpoint.close(resolve));
  }
});
