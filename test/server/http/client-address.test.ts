import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect, it } from 'vitest';
import { addressReader, clientAddress } from '../../../server/http/client-address.ts';

/** Each list is one client, and no two are the same. */
const CLIENTS = [
  ['192.0.2.1', '::ffff:192.0.2.1', '::ffff:c000:201', '192.0.2.1:443', '192.0.2.1:51234'],
  ['192.0.2.2', '::ffff:192.0.2.2'],
  ['2001:db8:0:1::1', '2001:DB8:0:ff:ffff::', '[2001:db8:0:2::7]:443'],
  ['2001:db8:0:100::1'],
  ['', 'unknown', '192.0.2', '_hidden', '192.0.2.1, 192.0.2.2', '999.0.0.1:1', '[192.0.2.300]:1'],
];

it('clientAddress() takes every spelling of a client for that one, and for no other', () => {
  const keys = CLIENTS.map((spellings) => new Set(spellings.map((ip) => clientAddress({ ip }))));
  expect(keys.map(({ size }) => size)).toEqual(CLIENTS.map(() => 1));
  expect(new Set(keys.flatMap((each) => [...each])).size).toBe(CLIENTS.length);
});

it.each<[false | number | string[], string, string]>([
  [false, '192.0.2.7', '127.0.0.1'],
  [1, '192.0.2.7', '192.0.2.7'],
  [1, '203.0.113.9, 192.0.2.7', '192.0.2.7'],
  [2, '203.0.113.9, 192.0.2.7', '203.0.113.9'],
  [['loopback'], '203.0.113.9, 192.0.2.7', '192.0.2.7'],
  [['192.0.2.0/24'], '203.0.113.9', '127.0.0.1'],
])(
  'addressReader(%j) reads %j in front of Express as Express itself does',
  async (trustProxy, forwarded, expected) => {
    const app = express().set('trust proxy', trustProxy);
    const inFront: string[] = [];
    const behind: string[] = [];
    const addressOf = addressReader(trustProxy);
    app.use((request, response) => {
      behind.push(clientAddress(request), addressOf(request));
      response.end();
    });
    const server = createServer((request, response) => {
      inFront.push(addressOf(request));
      app(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await fetch(`http://127.0.0.1:${port}/`, { headers: { 'X-Forwarded-For': forwarded } });
    server.close();
    server.closeAllConnections();
    expect([...inFront, ...behind]).toEqual([expected, expected, expected]);
  },
);
