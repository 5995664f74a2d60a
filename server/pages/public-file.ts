import { createHash } from 'node:crypto';
import { brotliCompressSync } from 'node:zlib';
import type { RequestHandler } from 'express';

/**
 * Serves one file that is public, the same for everybody, and loadable by any site: the allow-list judges who may connect,
 * not who may load the button. Compressed once, at set-up.
 */
export function publicFile(content: Buffer, type: string): RequestHandler {
  const compressed = brotliCompressSync(content);
  const digest = createHash('sha256').update(content).digest('base64url').slice(0, 22);
  return (request, response) => {
    const brotli = request.acceptsEncodings('br') === 'br';
    response.set({
      'Content-Type': type,
      // Short, because the address never changes; a visitor gets a new version within minutes.
      'Cache-Control': 'public, max-age=300',
      ETag: `"${digest}${brotli ? '-br' : ''}"`,
      Vary: 'Accept-Encoding',
      'Access-Control-Allow-Origin': '*',
      'Cross-Origin-Resource-Policy': 'cross-origin',
      'X-Content-Type-Options': 'nosniff',
      ...(brotli ? { 'Content-Encoding': 'br' } : {}),
    });
    if (request.fresh) response.status(304).end();
    else response.send(brotli ? compressed : content);
  };
}
