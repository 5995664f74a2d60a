import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

export interface PageContent {
  /** Default 200. */
  status?: number;
  /** The sentence that the person reads, and that the page's script may replace. */
  message: string;
  /** What the page's script may know. */
  data?: unknown;
}

const TITLE = 'Connect with Alpaca';

const STYLE = `:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif;background:light-dark(#fff,#14161a);color:light-dark(#1b1f24,#e8eaed)}
body{margin:0;min-height:100vh;display:grid;place-items:center}
main{max-width:26rem;padding:2rem;text-align:center;text-wrap:balance}
p{margin:0}`;

/**
 * One of the popup's pages: a sentence, data for its script, and the script itself, inline and allowed by its hash, so
 * that the page is one request. Markup, style and policy are fixed at set-up; only sentence and data vary.
 */
export class PopupPage {
  readonly #script: string;
  readonly #secure: (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

  constructor(script = '') {
    this.#script = script.trim();
    this.#secure = helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: [this.#script === '' ? "'none'" : hash(this.#script)],
          styleSrc: [hash(STYLE)],
          connectSrc: ["'self'"],
          baseUri: ["'none'"],
          formAction: ["'none'"],
          frameAncestors: ["'none'"],
          requireTrustedTypesFor: ["'script'"],
        },
      },
      // Anything stricter cuts this popup off from the page that opened it.
      crossOriginOpenerPolicy: { policy: 'unsafe-none' },
      // The callback's address holds Alpaca's code (RFC 9700 section 4.2.4).
      referrerPolicy: { policy: 'no-referrer' },
      // The owner of a host decides whether it and its subdomains are https for a year, not a router on it.
      strictTransportSecurity: false,
    });
  }

  send(response: ServerResponse, { status = 200, message, data }: PageContent): void {
    this.#secure(response.req, response, () => {
      response.writeHead(status, {
        'Content-Type': 'text/html; charset=utf-8',
        // Neither a cache nor the back button may bring the callback again (RFC 9700 section 4.3.2).
        'Cache-Control': 'no-store',
      });
      response.end(this.#html(message, data));
    });
  }

  #html(message: string, data: unknown): string {
    const parts =
      data === undefined
        ? ''
        : `<script type="application/json" id="alpaca-connect-data">${json(data)}</script><script type="module">${this.#script}</script>`;
    return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>${TITLE}</title><style>${STYLE}</style></head><body><main><p id="message" role="status">${text(message)}</p></main>${parts}</body></html>`;
  }
}

function hash(source: string): string {
  return `'sha256-${createHash('sha256').update(source).digest('base64')}'`;
}

/** JSON inside a script element: `<` would let the data end it (HTML, 4.12.1.3). */
function json(data: unknown): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}

function text(message: string): string {
  return message.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
