import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { Agent } from 'undici';

/**
 * What a relay is at the least: `undici.stream`, a token, and no question asked. What everything else is compared with. With
 * `IN_EXPRESS`, the same in an Express app.
 */
const origin = process.env['UPSTREAM'] ?? '';
const dispatcher = new Agent({ connections: 128 });
const headers = { authorization: 'Bearer b9f9d2c4-1111-4222-8333-444455556666' };

const relay: RequestListener = (request, response) => {
  const path = (request.url ?? '').replace('/alpaca/paper', '');
  dispatcher
    .stream({ origin, path, method: 'GET', headers }, ({ statusCode, headers: answered }) => {
      response.writeHead(statusCode, {
        'Content-Type': answered['content-type'],
        'Content-Length': answered['content-length'],
      });
      return response;
    })
    .catch(() => response.destroy());
};

const server = createServer(process.env['IN_EXPRESS'] ? express().use('/alpaca/paper', relay) : relay);
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
