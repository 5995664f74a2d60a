import { createHash } from 'node:crypto';
import type { Response } from 'express';
import { Html, html } from './html.ts';

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d5d9de, #3a4048); --quiet: light-dark(#57606a, #9aa4af);
  --act: light-dark(#1a5fb4, #78aeed); --on-act: light-dark(#fff, #10151b); }
* { box-sizing: border-box; }
body { margin: 0; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif;
  background: light-dark(#f4f5f7, #16191d); color: light-dark(#1c2126, #e6e9ec); }
main { max-width: 30rem; margin: 0 auto; padding: 1.25rem 1.5rem 1.5rem; border: 1px solid var(--line);
  border-radius: .75rem; background: light-dark(#fff, #1f2429); }
header { padding-bottom: .75rem; margin-bottom: 1rem; border-bottom: 1px solid var(--line); }
header strong { display: block; letter-spacing: .02em; }
header span, small { color: var(--quiet); font-size: .875rem; }
h1 { font-size: 1.25rem; line-height: 1.3; margin: 0 0 .75rem; overflow-wrap: anywhere; }
ul { padding-left: 1.25rem; }
fieldset { margin: 0 0 1rem; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .5rem; }
legend { padding: 0 .35rem; font-weight: 600; }
label { display: flex; gap: .6rem; align-items: baseline; padding: .35rem 0; cursor: pointer; }
label small { display: block; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; }
button { flex: 1 1 8rem; min-height: 2.75rem; padding: .5rem 1rem; font: inherit; font-weight: 600; cursor: pointer;
  border: 1px solid var(--act); border-radius: .5rem; background: none; color: var(--act); }
button[value=allow] { background: var(--act); color: var(--on-act); }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
[role=alert] { padding: .5rem .75rem; border-left: .25rem solid light-dark(#b3261e, #f2b8b5); }
`;

/**
 * No scripts at all, and no framing. There is deliberately no `form-action`: browsers apply it to the redirect that
 * answers the form too, and that goes to the app.
 */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Sends one of the simulator's pages. */
export function sendPage(response: Response, status: number, title: string, body: Html): void {
  const page = html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Simulated Alpaca</title>
<style>${new Html(STYLE)}</style>
<main>
<header><strong>Simulated Alpaca</strong><span>Nothing here is real: no money, no orders, no person.</span></header>
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
      'Referrer-Policy': 'no-referrer',
    })
    .send(page.toString());
}
