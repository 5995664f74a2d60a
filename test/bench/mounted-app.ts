import type { AddressInfo } from 'node:net';
import express from 'express';

/** An Express app with the router in it and nothing else. Configured by the environment, as server/README.md has it. */
const { alpacaConnect } = (await import(
  process.env['SERVER_MODULE'] ?? ''
)) as typeof import('../../server/index.ts');

const server = express()
  .use('/alpaca', alpacaConnect())
  .listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));

// So that a CPU profile is written, if one is made.
process.once('SIGINT', () => process.exit());
