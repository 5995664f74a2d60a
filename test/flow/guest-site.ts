import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GuestPage {
  headers?: Record<string, string>;
  /** Default: a HTML page. */
  type?: string;
  body: string | Buffer;
}

/** Somebody's website. Its pages are made when they are asked for, by path. */
export interface GuestSite extends AsyncDisposable {
  /** Its origin. */
  url: string;
  pages: Map<string, (request: IncomingMessage) => GuestPage>;
}

/** Opens a site that has no pages yet. The host decides whether it counts as the server's site. */
export async function openGuestSite(host: 'localhost' | '127.0.0.1' = '127.0.0.1'): Promise<GuestSite> {
  const pages: GuestSite['pages'] = new Map();
  const server = createServer((request, response) => {
    const page = pages.get(new URL(request.url ?? '', 'http://x').pathname)?.(request);
    const { headers = {}, type = 'text/html; charset=utf-8', body = '' } = page ?? {};
    response.writeHead(page ? 200 : 404, { 'Content-Type': type, ...headers }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    pages,
    [Symbol.asyncDispose]: () => close(server),
  };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** A whole page with the button, and nothing that a strict policy would refuse. */
export function pageWith(server: string, { attributes = '', head = '', body = '' } = {}): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title>${head}
<script type="module" src="${server}/alpaca/connect.js"></script>
<alpaca-connect ${attributes}></alpaca-connect>${body}`;
}
