// The packed package in the apps that people have: each is installed in a folder of its own, compiled where it is TypeScript, and
// run in Node, where it asks its own router what is connected.

import { build } from 'vite';
import { describe, expect, it } from 'vitest';
import { validEnvironment } from '../server/valid-environment.ts';
import { Project } from './installed-package.ts';

const TYPES = ['@types/node', '@types/express'];
const PAGE_ORIGIN = 'https://app.shop.test';
const env = { ...validEnvironment(), PUBLIC_URL: PAGE_ORIGIN, SESSION_FILE: 'sessions.sqlite' };

/** Asks a server for the script, for what is connected, and to begin: the last has a body that somebody has to read. */
const ASK = `
async function ask(port) {
  const url = 'http://127.0.0.1:' + port + '/alpaca';
  const headers = { 'X-Alpaca-Connect': '1', Origin: '${PAGE_ORIGIN}' };
  const script = await fetch(url + '/connect.js');
  const answer = await fetch(url + '/connections', { headers });
  const attempt = await fetch(url + '/attempts', {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      environment: 'paper', origin: '${PAGE_ORIGIN}',
      codeChallenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    }),
  });
  console.log('ANSWER ' + JSON.stringify({
    script: script.headers.get('content-type'),
    environments: (await answer.json()).environments,
    attempt: await attempt.json(),
  }));
  process.exit();
}`;

function answerOf(output: string): unknown {
  return JSON.parse(/^ANSWER (.*)$/m.exec(output)?.[1] ?? 'null');
}

const ANSWER = {
  script: expect.stringContaining('javascript'),
  environments: ['paper'],
  attempt: { authorizationUrl: expect.stringContaining('code_challenge'), state: expect.any(String) },
};

describe('an app on Express 5 in TypeScript', { timeout: 120_000 }, () => {
  const APP = `
    import express, { type Request } from 'express';
    import { alpacaConnect, type Connection, readConfiguration } from 'connect-with-alpaca/server';
    import { ConnectError } from 'connect-with-alpaca/widget/core';
    import type { AddressInfo } from 'node:net';

    const alpaca = alpacaConnect({
      configuration: readConfiguration(process.env),
      getUser: (request: Request) => request.get('x-user') ?? 'somebody',
      onConnect: ({ connection }: { connection: Connection }) => console.log(connection.account.number),
    });
    const app = express().use('/alpaca', alpaca);
    app.get('/number', async (request, response) => {
      const paper = await alpaca.connectionOf(request, 'paper');
      response.json(paper?.connection.account.number satisfies string | undefined);
    });
    // @ts-expect-error: there is no such environment.
    export const wrong = (request: Request) => alpaca.connectionOf(request, 'both');
    const server = app.listen(0, () => void ask((server.address() as AddressInfo).port));
    console.log(new ConnectError('network').code);
    ${ASK.replace('(port)', '(port: number)')}
  `;

  it.each([
    ['node16', { module: 'node16' }],
    ['nodenext', { module: 'nodenext' }],
    ['bundler', { module: 'esnext', moduleResolution: 'bundler' }],
  ])('works with %s', (_name, options) => {
    using project = new Project({ packages: ['express', ...TYPES] });
    project.write('app.ts', APP);
    const lib = ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'];
    expect(project.compile(['app.ts'], { ...options, lib, types: ['node'] })).toBe('');
    const { output } = project.run('out/app.js', { env });
    expect(output).toMatch(/^network$/m);
    expect(answerOf(output)).toEqual(ANSWER);
  });
});

describe('an app in JavaScript', { timeout: 120_000 }, () => {
  it('works with Express 4', () => {
    using project = new Project({ packages: [['express', 'express-4']] });
    project.write(
      'app.js',
      `import express from 'express';
       import { createRequire } from 'node:module';
       import { alpacaConnect } from 'connect-with-alpaca/server';
       console.log('EXPRESS ' + createRequire(import.meta.url)('express/package.json').version);
       const app = express().use('/alpaca', alpacaConnect()).use(express.json());
       const server = app.listen(0, () => ask(server.address().port));${ASK}`,
    );
    const { output } = project.run('app.js', { env });
    expect(output).toMatch(/^EXPRESS 4\./m);
    expect(answerOf(output)).toEqual(ANSWER);
  });

  it('works with Fastify, whose own parsers leave the bodies to the router', () => {
    using project = new Project({ packages: ['fastify', '@fastify/express'] });
    project.write(
      'app.js',
      `import fastifyExpress from '@fastify/express';
       import Fastify from 'fastify';
       import { alpacaConnect } from 'connect-with-alpaca/server';
       const app = Fastify();
       await app.register(fastifyExpress);
       app.use('/alpaca', alpacaConnect());
       app.get('/', async () => 'mine');
       await app.listen({ port: 0 });
       const { port } = app.server.address();
       console.log('MINE ' + (await (await fetch('http://127.0.0.1:' + port)).text()));
       await ask(port);${ASK}`,
    );
    const { output } = project.run('app.js', { env });
    expect(output).toMatch(/^MINE mine$/m);
    expect(answerOf(output)).toEqual(ANSWER);
  });
});

describe('an app in CommonJS', { timeout: 120_000 }, () => {
  it('gets every entry by require(), which Node has for ES modules since 20.19', () => {
    using project = new Project({ type: 'commonjs', packages: ['express'] });
    project.write(
      'app.js',
      `const express = require('express');
       const { alpacaConnect } = require('connect-with-alpaca/server');
       for (const name of ['widget', 'widget/core', 'widget/stream', 'widget/define', 'simulator']) {
         if (Object.keys(require('connect-with-alpaca/' + name)).length === 0 && name !== 'widget/define') throw new Error(name);
       }
       const app = express().use('/alpaca', alpacaConnect());
       const server = app.listen(0, () => ask(server.address().port));${ASK}`,
    );
    const { output, errors } = project.run('app.js', { env });
    expect(answerOf(output)).toEqual(ANSWER);
    expect(errors).toBe('');
  });

  it('gets it by import() where the compiler knows no require() of ES modules', () => {
    using project = new Project({ type: 'commonjs', packages: ['express', ...TYPES] });
    project.write(
      'required.ts',
      "import { alpacaConnect } from 'connect-with-alpaca/server';\nalpacaConnect();",
    );
    expect(project.compile(['required.ts'], { module: 'nodenext', types: ['node'] })).toBe('');
    project.write(
      'app.ts',
      `import express = require('express');
       async function main() {
         const { alpacaConnect } = await import('connect-with-alpaca/server');
         const server = express().use('/alpaca', alpacaConnect()).listen(0, () => {
           void ask((server.address() as { port: number }).port);
         });
       }
       void main();${ASK.replace('(port)', '(port: number)')}`,
    );
    const complaints = project.compile(['required.ts', 'app.ts'], { module: 'node16', types: ['node'] });
    expect(complaints.match(/^\S+ error TS\d+/gm)).toEqual(['required.ts(1,31): error TS1479']);
    const { output, errors } = project.run('out/app.js', { env });
    expect(answerOf(output)).toEqual(ANSWER);
    expect(errors).toBe('');
  });
});

describe('a page that is rendered on a server, as by Next.js', { timeout: 120_000 }, () => {
  const PAGE = `
    import { createElement } from 'react';
    import { renderToString } from 'react-dom/server';
    import 'connect-with-alpaca/widget/define';
    import { AlpacaConnectElement, Backend } from 'connect-with-alpaca/widget';
    const html = renderToString(createElement('alpaca-connect', { environment: 'paper' }));
    console.log(JSON.stringify({ html, names: [AlpacaConnectElement.name, Backend.name] }));
  `;

  it('imports the widget, bundled for the server or not', async () => {
    using project = new Project({ packages: ['react', 'react-dom'] });
    project.write('page.js', PAGE);
    await build({
      root: project.folder,
      logLevel: 'silent',
      ssr: { noExternal: true },
      build: { ssr: 'page.js', outDir: 'out' },
    });
    for (const file of ['page.js', 'out/page.js']) {
      const { output } = project.run(file);
      expect(JSON.parse(output)).toEqual({
        html: '<alpaca-connect environment="paper"></alpaca-connect>',
        names: ['AlpacaConnectElement', 'Backend'],
      });
    }
  });
});
