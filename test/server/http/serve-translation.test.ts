import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PublicError } from '../../../server/http/errors.ts';
import { serveTranslation } from '../../../server/http/widget-files.ts';

let server: Server;
let url: string;
beforeAll(async () => {
  const app = express();
  app.get('/messages/:file', serveTranslation(new Map([['es', Buffer.from('{"label":{}}')]])));
  app.use(((error, _request, response, _next) => {
    response.status(error instanceof PublicError ? error.status : 500).end();
  }) as express.ErrorRequestHandler);
  server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/messages`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

describe('serveTranslation()', () => {
  it('answers any site with the file, and no cookie', async () => {
    const response = await fetch(`${url}/es.json`);
    expect(await response.json()).toEqual({ label: {} });
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.has('set-cookie')).toBe(false);
  });

  it('answers a browser that has it already with 304', async () => {
    const etag = (await fetch(`${url}/es.json`)).headers.get('etag') ?? '';
    expect(
      (await fetch(`${url}/es.json`, { headers: { 'If-None-Match': etag, 'Cache-Control': 'max-age=0' } }))
        .status,
    ).toBe(304);
  });

  // The name of the file comes from the visitor. Whoever writes a path there wants to read files of the server.
  it.each(['en.json', 'xx.json', '..%2fconnect.js', '__proto__', 'es'])('has nothing at %s', async (name) => {
    expect((await fetch(`${url}/${name}`)).status).toBe(404);
  });
});
