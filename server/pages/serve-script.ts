import type { RequestHandler } from 'express';
import { publicFile } from './public-file.ts';

/** `GET /connect.js`: the script tag's module. */
export function serveConnectScript(script: Buffer): RequestHandler {
  return publicFile(script, 'text/javascript; charset=utf-8');
}
