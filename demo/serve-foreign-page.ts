import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import express from 'express';
import { FOREIGN_URL } from './demo-environment.ts';

/** Somebody else's site with the button on it: another site than the server for the browser, and nothing but files. */
export function serveForeignPage(address = FOREIGN_URL): Promise<Server> {
  const app = express();
  app.disable('x-powered-by');
  app.use(express.static(fileURLToPath(new URL('foreign-page/', import.meta.url))));
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const server = createServer(app);
    server.once('error', reject);
    server.listen(Number(port), hostname, () => resolve(server));
  });
}
