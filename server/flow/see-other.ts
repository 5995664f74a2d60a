import type { Response } from 'express';

/** Sends the browser on with a GET (RFC 9110 section 15.4.4), and tells the next site nothing about this one. */
export function seeOther(response: Response, url: string): void {
  response.set({ Location: url, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
  response.status(303).end();
}
