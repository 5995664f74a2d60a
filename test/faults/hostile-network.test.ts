// The name of Alpaca's host leads to a stranger (a poisoned DNS, a captive portal), to nobody, or to somebody who takes the
// connection and says nothing. The token and the client secret must not be among the bytes that such a stranger hears.
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { expect, it } from 'vitest';
import type { ErrorAnswer } from '../../server/contract.ts';
import { selfSignedCertificate } from '../self-signed-certificate.ts';
import { openStage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

interface Stranger extends AsyncDisposable {
  port: number;
  /** What it was told: plain text, or inside TLS. */
  heard(): string;
}

/** Takes every connection. With TLS it shows a certificate that nobody vouches for; without, it never answers. */
async function stranger(how: 'tls' | 'silent'): Promise<Stranger> {
  let heard = '';
  const sockets = new Set<Socket>();
  const listen = (socket: Socket): void => {
    socket.setEncoding('latin1').on('error', () => {});
    socket.on('data', (bytes) => {
      heard += bytes;
    });
  };
  const server = how === 'tls' ? createTlsServer(selfSignedCertificate(), listen) : createTcpServer(listen);
  server.on('connection', (socket: Socket) => sockets.add(socket)).on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => heard,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

it.each([
  ['tls', 502, 'upstream_unreachable'],
  ['silent', 504, 'upstream_timeout'],
] as const)('a stranger (%s) in the place of the data host hears no token', async (how, status, code) => {
  await using alpaca = await stranger(how);
  await using stage = await openStage({
    environment: { ALPACA_DATA_URL: `https://127.0.0.1:${alpaca.port}` },
  });
  const visitor = new Visitor(stage);
  await visitor.connect();
  const answer = await visitor.call('/data/v2/stocks/AAPL/bars');
  expect(answer.status).toBe(status);
  expect(((await answer.json()) as ErrorAnswer).code).toBe(code);
  expect(stage.tokens().length).toBeGreaterThan(0);
  for (const token of stage.tokens()) expect(alpaca.heard()).not.toContain(token);
  expect(alpaca.heard()).not.toMatch(/authorization/i);
});

it('a stranger in the place of the token endpoint hears neither code nor client secret', async () => {
  await using alpaca = await stranger('tls');
  const address = `https://127.0.0.1:${alpaca.port}`;
  await using stage = await openStage({ environment: { ALPACA_TOKEN_URL: `${address}/oauth/token` } });
  const visitor = new Visitor(stage);
  const answer = await visitor.connect();
  expect(answer.status).toBe(424);
  expect(((await answer.json()) as ErrorAnswer).code).toBe('provider_error');
  expect(alpaca.heard()).toBe('');
  expect(stage.logged()).not.toContain(visitor.code);
});

it('a host that does not exist becomes a 502, in words of ours', async () => {
  await using stage = await openStage({ environment: { ALPACA_DATA_URL: 'https://alpaca.invalid' } });
  const visitor = new Visitor(stage);
  await visitor.connect();
  const answer = await visitor.call('/data/v2/stocks/AAPL/bars');
  expect(answer.status).toBe(502);
  const text = await answer.text();
  expect(text).toContain('upstream_unreachable');
  expect(text).not.toMatch(/ENOTFOUND|EAI_AGAIN|alpaca\.invalid/);
});
