import express from 'express';
import { connectionsOfUser, endAllOfUser } from '../../server/dist/away.js';
import { readConfiguration } from '../../server/dist/config-reader.js';
import { createLogger } from '../../server/dist/http/log.js';
import { startServer } from '../../server/dist/http-server.js';
import { createService } from '../../server/dist/service.js';

/**
 * A process for `startTwoServers()`: the runnable server with people of its own, whom a cookie names, and routes by which a test asks for
 * what server code is given.
 */
const service = createService(readConfiguration(process.env), createLogger(), {
  hooks: { getUser: ({ headers }) => /\buser=([^;]+)/.exec(headers.cookie ?? '')?.[1] },
});

const pages = express.Router();
pages.get('/of/:user', async (request, response) => {
  const given = await connectionsOfUser(service, request.params.user);
  response.json(given.map(({ connection }) => connection.id));
});
pages.delete('/of/:user', async (request, response) => {
  await endAllOfUser(service, request.params.user);
  response.status(204).end();
});

await startServer(service, { pages });
