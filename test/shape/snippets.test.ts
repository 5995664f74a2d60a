// Every block of every document, and the test that runs it from the document's own text. A new block fails here until it has a row:
// its first line, and the test's file, or why nothing can run it here.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { documents, readDocument, snippetsOf } from '../documents.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

type Row = [firstLine: string, runBy: string | { notRun: string }];

const PAGES = 'test/flow/readme.test.ts';
const COPY = 'test/server/clone.test.ts';
const APP = 'test/server/readme.example.test.ts';
const BROKER = 'test/server/broker/readme.test.ts';
const STREAMS = 'test/widget/readme.test.ts';
const SIMULATOR = 'test/demo/simulator/readme.test.ts';
const COMMANDS = 'test/shape/commands.test.ts';
const PLATFORMS = 'test/server/deploy/platforms.test.ts';

const TAG = '<script type="module" src="https://app.yoursite.com/alpaca/connect.js"></script>';
const BUTTON = "const button = document.querySelector('alpaca-connect');";

const ROWS: Record<string, Row[]> = {
  'README.md': [
    [TAG, PAGES],
    ["import express from 'express';", 'test/package.test.ts'],
    ['npm ci && npm run demo', { notRun: 'It installs from the registry and takes the ports 3000 to 4020.' }],
    ['npm ci && npm test', { notRun: 'A test cannot run all tests. Those who run them do.' }],
    [BUTTON, PAGES],
    [BUTTON, PAGES],
    [
      "widget/   what runs in the visitor's browser: the element, the flow, the two pages of the popup",
      COMMANDS,
    ],
  ],
  'demo/simulator/README.md': [
    ["import { startSimulator } from 'connect-with-alpaca/simulator';", SIMULATOR],
    [
      "import { SIMULATOR_END_USER_ACCOUNTS, SIMULATOR_PARTNER, startSimulator } from 'connect-with-alpaca/simulator';",
      SIMULATOR,
    ],
  ],
  // No test runs on a platform: what is listed reads a recipe, and runs of it what runs here.
  'server/DEPLOY.md': [
    ['SITE=app.yoursite.com docker compose up --build --detach', { notRun: 'It needs a Docker engine.' }],
    ['[Unit]', 'test/server/deploy/systemd.test.ts'],
    [
      "# $uri and not $request: the query of the callback holds Alpaca's code.",
      'test/server/deploy/nginx.test.ts',
    ],
    ['for n in 1 2 3 4 5 6 7 8 9 10 11 12; do', 'test/server/deploy/behind-proxy.ts'],
    ['cp .dockerignore .gitignore', PLATFORMS],
    ['app = "my-desk"', PLATFORMS],
    ['services:', PLATFORMS],
    ["import { defineRailway, github, preserve, project, redis, service } from 'railway/iac';", PLATFORMS],
    [
      'gcloud run deploy my-desk --source . --region us-east1 --allow-unauthenticated --timeout 3600 \\',
      PLATFORMS,
    ],
    ['build:', PLATFORMS],
    ['heroku create my-desk', PLATFORMS],
  ],
  'server/README.md': [
    ['signInSecret: {', COPY],
    ["['trading', 'GET', '/v2/account/rewards', 'none'],", COPY],
    ["import type { IncomingMessage } from 'node:http';", COPY],
    ['const { pages, getUser } = signIn(configuration);', COPY],
    ['cp -r server ../my-desk && cd ../my-desk', COPY],
    ["import { AuthError, trading } from '@alpacahq/alpaca-trade-api';", APP],
    ["app.get('/accounts', async (request, response) => {", APP],
    ['setInterval(() => rebalanceAll().catch(console.error), 60_000);', APP],
    ['{', BROKER],
    ['npx connect-with-alpaca conformance http://localhost:8000/alpaca', 'test/conformance/readme.test.ts'],
    ["import { subscribe } from 'node:diagnostics_channel';", APP],
  ],
  'server/broker/README.md': [
    [
      "import { brokerMetadata, brokerOAuth, type BrokerOAuthOptions } from 'connect-with-alpaca/broker';",
      BROKER,
    ],
  ],
  'test/bench/README.md': [
    ['npm run build && npm run bench              # everything, five minutes', COMMANDS],
    [
      '2026-11-27T18:28Z, Node v20.20.2, 2 × AMD EPYC, load 2.0 before',
      { notRun: 'It is what a run printed.' },
    ],
  ],
  'widget/README.md': [
    [TAG, PAGES],
    ["import { Backend, connectInPopup, prepareProofKey } from 'connect-with-alpaca/widget/core';", PAGES],
    [
      "import { Backend, connectByRedirect, dueExchange, exchangeGrant, forgetRedirect, prepareProofKey } from 'connect-with-alpaca/widget';",
      PAGES,
    ],
    ["import type { AlpacaBody } from 'connect-with-alpaca/widget';", PAGES],
    [BUTTON, PAGES],
    [BUTTON, STREAMS],
    ["import { Backend } from 'connect-with-alpaca/widget/core';", STREAMS],
    [
      "printf %s 'Authorize Demo Desk By allowing …' | openssl dgst -sha256 -binary | openssl base64 | tr '+/' '-_' | tr -d =",
      PAGES,
    ],
    [
      'script-src https://app.yoursite.com; connect-src https://app.yoursite.com; trusted-types alpaca-connect',
      'test/flow/foreign-pages.test.ts',
    ],
    [
      "if (new URL(event.request.url).pathname.startsWith('/alpaca/')) return;",
      'test/flow/service-worker.test.ts',
    ],
  ],
};

const firstLineOf = (code: string) => code.trim().split('\n', 1)[0];

describe('every block of a document', () => {
  it('has a row, in the order of the document', () => {
    const blocks = documents()
      .map((path) => [path, snippetsOf(path).map(({ code }) => firstLineOf(code))] as const)
      .filter(([, lines]) => lines.length > 0);
    const listed = Object.entries(ROWS).map(([path, rows]) => [path, rows.map(([line]) => line)]);
    expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(blocks));
  });

  it.each(documents())('is found: %s has no fence of another kind', (path) => {
    const fences = readDocument(path).match(/^\s*(?:[-*>] )?(?:```|~~~).*$/gm) ?? [];
    expect(fences).toHaveLength(2 * snippetsOf(path).length);
  });

  it.each(Object.keys(ROWS))('is run by a test that exists and names the document: %s', (path) => {
    const tests = (ROWS[path] ?? []).flatMap(([, runBy]) => (typeof runBy === 'string' ? [runBy] : []));
    // README.md of the top is not named by the path of another one.
    const name = new RegExp(`(?<!\\w/|\\w)${path.replaceAll('.', '\\.')}`);
    const wrong = tests.filter(
      (test) => !existsSync(join(ROOT, test)) || !name.test(readFileSync(join(ROOT, test), 'utf8')),
    );
    expect([...new Set(wrong)]).toEqual([]);
  });
});
