import { createHash } from 'node:crypto';
import type { Response } from 'express';
import { Html, html } from '../simulator/oauth/html.ts';

/** Acme's own colours: nobody should take its pages for Alpaca's, or for the app's. */
const STYLE = `
:root { color-scheme: light dark; --acme: light-dark(#6b2fa0, #cba6f7); --on-acme: light-dark(#fff, #1d0f2b);
  --line: light-dark(#dcd3e4, #3b3145); --quiet: light-dark(#655c6d, #a99fb3); }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 Georgia, "Noto Serif", serif; background: light-dark(#f7f3fa, #15111a);
  color: light-dark(#221a29, #ece6f2); }
header { padding: .9rem 1.25rem; background: var(--acme); color: var(--on-acme); font-weight: 700; letter-spacing: .02em; }
header small { display: block; font-weight: 400; }
main { max-width: 32rem; margin: 0 auto; padding: 1.5rem 1.25rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .75rem; }
ul { padding: 0; list-style: none; }
li { padding: .6rem 0; border-top: 1px solid var(--line); }
li small, .quiet { color: var(--quiet); font-size: .9rem; }
form { display: grid; gap: .75rem; margin: 1.25rem 0; }
button { min-height: 3.25rem; padding: .5rem 1rem; font: inherit; font-weight: 700; text-align: start; cursor: pointer;
  border: 2px solid var(--acme); border-radius: 1.6rem; background: none; color: var(--acme); }
button small { display: block; font-weight: 400; }
a { color: var(--acme); }
:focus-visible { outline: 3px solid var(--acme); outline-offset: 3px; }
`;

/**
 * No scripts and no framing. There is no `form-action`: browsers apply it to every redirect that follows the form, and who signs
 * in may be sent on to an app.
 */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Sends one of Acme's pages. */
export function sendAcmePage(response: Response, status: number, title: string, body: Html): void {
  const page = html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Acme Invest</title>
<link rel="icon" href="data:,">
<style>${new Html(STYLE)}</style>
<header>Acme Invest<small>A simulated broker: no real money, no real people.</small></header>
<main>
${body}
</main>
</html>
`;
  response
    .status(status)
    .set({
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': POLICY,
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'same-origin',
    })
    .send(page.toString());
}
