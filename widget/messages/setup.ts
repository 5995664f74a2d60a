/**
 * What the developer who placed the button has to change, for the ways to misplace it. In English only. Each on its own, so
 * that a bundle carries no more of them than it can say.
 */
export const serverMissing =
  '<alpaca-connect> needs the attribute server="https://…/alpaca", the URL where the router is mounted.';
export const serverInvalid = 'The server has to be an http(s) URL, for example https://example.com/alpaca.';
export const pathInvalid = 'The path begins with a single slash, for example /v2/account.';
export const apiInvalid = 'The API is "paper", "live" or "data".';
export const environmentInvalid = 'The environment is "paper" or "live".';
export const insecureContext = 'Connecting needs a page on https or on http://localhost.';
export const pageNotListed =
  'This page cannot connect in its own tab, because its server does not list it. Add {page} to RETURN_PAGES there.';
export const framed =
  'A sandboxed frame around the connect button needs allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox. Otherwise, allow pop-ups for this site.';
