import express from 'express';
import { connectionsOfUser, endAllOfUser } from '../../server/away.ts';
import { readConfiguration } from '../../server/config-reader.ts';
import { createLogger } from '../../server/http/log.ts';
import { startServer } from '../../server/http-server.ts';
import { createService } from '../../server/service.ts';

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
