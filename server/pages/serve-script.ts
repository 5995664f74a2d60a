import type { RequestHandler } from 'express';
import { publicFile } from './public-file.ts';

/** `GET /connect.js`: the script tag's module. `GET /event-parser.js`: what it loads to listen to trade updates. */
export function serveScript(script: Buffer): RequestHandler {
  return publicFile(script, 'text/javascript; charset=utf-8');
}
