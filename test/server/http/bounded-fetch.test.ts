import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { boundedFetch } from '../../../server/http/bounded-fetch.ts';

async function serve(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('boundedFetch()', () => {
  it.each([301, 302, 303, 307, 308])(
    'takes %i for an answer: the secret in the body is sent to nobody else',
    async (status) => {
      let reached = 0;
      await using elsewhere = await serve((_request, response) => {
        reached += 1;
        response.end('{}');
      });
      await using upstream = await serve((_request, response) => {
        response.writeHead(status, { Location: elsewhere.url }).end();
      });
      const response = await boundedFetch(upstream.url, { method: 'POST', body: 'client_secret=s' });
      expect(response.status).toBe(status);
      expect(reached).toBe(0);
    },
  );

  it('reads 64 KiB, and rejects one byte more, however well it was compressed', async () => {
    await using upstream = await serve((request, response) => {
      const body = gzipSync('x'.repeat(64 * 1024 + (request.url === '/more' ? 1 : 0)));
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(body);
    });
    expect((await (await boundedFetch(upstream.url, {})).text()).length).toBe(64 * 1024);
    await expect(boundedFetch(`${upstream.url}more`, {})).rejects.toThrow(RangeError);
  });

  it('gives an answer without a body', async () => {
    await using upstream = await serve((_request, response) => {
      response.writeHead(204).end();
    });
    expect((await boundedFetch(upstream.url, {})).status).toBe(204);
  });
});
