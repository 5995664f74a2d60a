import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { describe, expect, it } from 'vitest';
import { alpacaConnect, createLogger, readConfiguration } from '../../server/index.ts';
import { validEnvironment } from './valid-environment.ts';

describe('alpacaConnect()', () => {
  it("answers every error below its mount path itself, and leaves none to the app's handlers", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'host-errors-'));
    const router = alpacaConnect({
      configuration: readConfiguration({
        ...validEnvironment(),
        SESSION_FILE: join(folder, 'sessions.sqlite'),
      }),
      log: createLogger({ write: () => {} }),
    });
    const server = createServer(express().use('/alpaca', router));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/alpaca`;
    const headers = {
      'X-Alpaca-Connect': '1',
      'Sec-Fetch-Site': 'same-origin',
      'Content-Type': 'application/json',
    };
    try {
      for (const [status, code, path, init] of [
        [404, 'not_found', '/nothing', {}],
        [400, 'bad_path', '//connections', {}],
        [403, 'header_missing', '/connections', { headers: {} }],
        [405, 'method_not_allowed', '/connections', { method: 'PUT' }],
        [400, 'bad_request', '/connections', { method: 'POST', body: '{' }],
        [413, 'body_too_large', '/connections', { method: 'POST', body: ' '.repeat(17_000) }],
        [401, 'not_connected', '/paper/v2/account', {}],
      ] as const) {
        const answer = await fetch(url + path, { headers, ...init });
        expect(`${path} ${answer.status}`).toBe(`${path} ${status}`);
        expect(await answer.json()).toEqual({
          code,
          message: expect.any(String),
          requestId: expect.any(String),
        });
      }
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await router.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
