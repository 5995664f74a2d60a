import type { Fault } from './faults.ts';

/** How the token endpoint can break: it answers a page, answers JSON without a token, or does not answer. */
export const TOKEN_BREAKS = ['html', 'no_token', 'timeout'] as const;
export type TokenBreak = (typeof TOKEN_BREAKS)[number];

/** The fault behind `Control.breakToken`. */
export function brokenToken(how: TokenBreak, times?: number): Fault {
  const target = { path: '/oauth/token', times };
  if (how === 'timeout') return { ...target, kind: 'hang' };
  const page = { contentType: 'text/html', body: '<!doctype html><title>Bad gateway</title>' };
  const empty = { contentType: 'application/json', body: '{"token_type":"bearer","scope":""}' };
  return { ...target, kind: 'answer', status: 200, ...(how === 'html' ? page : empty) };
}
