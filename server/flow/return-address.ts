import type { OriginGuard } from '../guard/trusted-origin.ts';

/** As long as a browser keeps the sealed attempt that holds it: a cookie has room for about 4,000 bytes. */
const LONGEST = 2_000;
/** Visible ASCII without the backslash, which URL parsers turn into a slash: browsers write addresses like this. */
const PLAIN = /^[!-[\]-~]+$/;

/**
 * The page that redirect mode may return to, without its fragment; undefined when it is none of ours. An open redirect
 * would hand the grant to somebody else (RFC 9700 section 4.11), so the text has to begin with an allowed origin, byte
 * for byte, and a slash: nothing is left for two parsers to disagree on.
 */
export function returnAddress(text: string, guard: Pick<OriginGuard, 'allows'>): URL | undefined {
  if (!PLAIN.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  url.hash = '';
  const ours = guard.allows(url.origin) && text.startsWith(`${url.origin}/`);
  return ours && url.href.length <= LONGEST ? url : undefined;
}
