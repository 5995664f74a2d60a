import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:http';
import { brotliDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../../stage.ts';

interface Answer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** `fetch()` would decompress; this shows the bytes as they were sent. */
function get(stage: Stage, headers: Record<string, string> = {}, file = 'connect.js'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(`${stage.url}/alpaca/${file}`, { headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    asked.on('error', reject).end();
  });
}

describe('GET /connect.js', () => {
  it('is a module that any page may load, whatever its embedder policy', async () => {
    await using stage = await openStage();
    const { status, headers, body } = await get(stage, { Origin: 'https://not-on-the-list.example' });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers['access-control-allow-credentials']).toBeUndefined();
    expect(headers['cross-origin-resource-policy']).toBe('cross-origin');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['set-cookie']).toBeUndefined();
    expect(body.equals(stage.service.connectScript)).toBe(true);
  });

  it('is the same module with brotli, under another ETag', async () => {
    await using stage = await openStage();
    const plain = await get(stage);
    const brotli = await get(stage, { 'Accept-Encoding': 'gzip, br' });
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(brotli.body).equals(plain.body)).toBe(true);
    expect(brotli.headers.etag).not.toBe(plain.headers.etag);
    expect(plain.headers['content-encoding']).toBeUndefined();
    for (const { headers } of [plain, brotli]) expect(headers.vary).toBe('Accept-Encoding');
    expect((await get(stage, { 'Accept-Encoding': 'br;q=0' })).headers['content-encoding']).toBeUndefined();
  });

  it('is not sent again to a browser that has it', async () => {
    await using stage = await openStage();
    const { headers } = await get(stage);
    const again = await get(stage, { 'If-None-Match': headers.etag ?? '' });
    expect(again.status).toBe(304);
    expect(again.body).toHaveLength(0);
    expect((await get(stage, { 'If-None-Match': '"other"' })).status).toBe(200);
  });
});

describe('GET /event-parser.js', () => {
  it('is a module that connect.js of any page may import', async () => {
    await using stage = await openStage();
    const { status, headers, body } = await get(stage, {}, 'event-parser.js');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(body.equals(stage.service.eventParserScript)).toBe(true);
  });
});
