/** For the whole call, in milliseconds. */
const DEADLINE = 10_000;

/** Of the answer's body. */
const MOST_BYTES = 64 * 1024;

/**
 * `fetch` for the server's own calls to Alpaca, which carry a token or a secret: it follows no redirect, which would take
 * them elsewhere, and bounds time and bytes. The answer's body is in memory when this resolves.
 *
 * @throws TypeError, DOMException `TimeoutError`, or RangeError for an answer that is too large.
 */
export async function boundedFetch(url: string | URL, init: RequestInit): Promise<Response> {
  const response = await fetch(url, {
    ...init,
    redirect: 'manual',
    signal: AbortSignal.timeout(DEADLINE),
  });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MOST_BYTES) throw new RangeError('The answer is larger than 64 KiB.');
    chunks.push(chunk);
  }
  const body = size === 0 ? null : Buffer.concat(chunks);
  return new Response(body, { status: response.status, headers: response.headers });
}
