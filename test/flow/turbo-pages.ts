import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { RequestHandler } from 'express';

/** Turbo as a script tag gets it. It makes itself `window.Turbo`, and takes over links and forms. */
const TURBO = readFileSync(
  createRequire(import.meta.url).resolve('@hotwired/turbo/dist/turbo.es2017-umd.js'),
);

/**
 * A site with Turbo. All of its pages have the button, `/permanent` and `/permanent/…` with `data-turbo-permanent`; every answer
 * has another heading, so that one can see that Turbo rendered it. Refreshes of a page are morphed.
 */
export function turboPages(): RequestHandler {
  let answers = 0;
  return ({ path }, response) => {
    if (path === '/turbo.js') return void response.type('js').send(TURBO);
    answers += 1;
    const permanent = path.startsWith('/permanent');
    const start = permanent ? '/permanent' : '/';
    const element = `<alpaca-connect id="connect"${permanent ? ' data-turbo-permanent' : ''}></alpaca-connect>`;
    response.send(`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>A shop</title>
    <link rel="icon" href="data:,">
    <meta name="turbo-refresh-method" content="morph">
    <meta name="turbo-refresh-scroll" content="preserve">
    <script src="/turbo.js"></script>
    <script type="module" src="/alpaca/connect.js"></script>
  </head>
  <body>
    <h1>${path}, answer ${answers}</h1>
    <nav><a href="${start}">Start</a> <a href="${permanent ? start : ''}/orders">Orders</a></nav>
    ${answers % 2 === 0 ? '<p>News</p>' : ''}
    <main>${element}</main>
  </body>
</html>`);
  };
}
