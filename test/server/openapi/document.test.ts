import { readFileSync } from 'node:fs';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import {
  describedRoutes,
  ERRORS_ANYWHERE,
  ERRORS_ELSEWHERE,
  ERRORS_OF_PROXY,
  ERRORS_OF_SCRIPT_ROUTES,
} from '../../../server/openapi/described-routes.ts';
import { contractDocument } from '../../../server/openapi/document.ts';
import { operations, pathParameters } from '../../../server/operations.ts';
import manifest from '../../../server/package.json' with { type: 'json' };
import { ConnectErrorCode, ServerErrorCode } from '../../../server/schemas.ts';
import { sourceFiles } from '../../shape/source-files.ts';
import { openStage } from '../../stage.ts';
import { Visitor } from '../../visitor.ts';

const text = JSON.stringify(contractDocument());

/** The routes of `routes.ts`, as OpenAPI writes them. Read from its text, because a router does not tell its routes. */
function servedRoutes(): string[] {
  const source = readFileSync(new URL('../../../server/routes.ts', import.meta.url), 'utf8');
  return [...source.matchAll(/router\.(get|post|put|patch|delete)\(\s*['`]([^'`]+)['`]/g)].map(
    ([, method, path = '']) => `${method} ${path.replace(/\$\{(\w+)\}|:(\w+)/g, '{$1$2}')}`,
  );
}

/** Every status and code that some file of the server throws together. */
function thrownErrors(): string[] {
  const thrown = sourceFiles('server').flatMap(({ text: source }) =>
    [...source.matchAll(/PublicError\(\s*(\d{3}|ALPACA_FAILED),\s*'(\w+)'/g)].map(
      ([, status = '', code]) => `${status === 'ALPACA_FAILED' ? 424 : status} ${code}`,
    ),
  );
  return [...new Set(thrown)].toSorted();
}

/** What is thrown with a code that is calculated: an answer of Alpaca's authorize page, and an environment off the offer. */
const CALCULATED = ['403 access_denied', '403 provider_error', '403 config_invalid'];

function describedErrors(): string[] {
  const tables = [
    ERRORS_ANYWHERE,
    ERRORS_OF_SCRIPT_ROUTES,
    ERRORS_ELSEWHERE,
    ERRORS_OF_PROXY,
    ...describedRoutes.map(({ errors }) => errors),
  ];
  const all = tables.flatMap((errors) =>
    Object.entries(errors).flatMap(([status, codes]) => codes.map((code) => `${status} ${code}`)),
  );
  return [...new Set(all)].toSorted();
}

describe('the contract as OpenAPI', () => {
  it('describes path parameters by patterns that mean the same without the flags of JavaScript', () => {
    const flagged = [...pathParameters].filter(([, { flags }]) => flags !== '');
    expect(flagged).toEqual([]);
    expect('AAPL').toMatch(new RegExp(pathParameters.get('symbol')?.source ?? ''));
  });

  it('passes the linter', async () => {
    const config = await createConfig({
      extends: ['recommended'],
      rules: {
        // OpenAPI itself says which of two templates wins: the one with more literal segments.
        'no-ambiguous-paths': 'off',
        // The data of pages and of events: OpenAPI 3.1 cannot refer to what is inside of HTML or an event stream.
        'no-unused-components': 'off',
      },
    });
    const problems = await lintFromString({ source: text, config, absoluteRef: 'openapi.json' });
    expect(
      problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`),
    ).toEqual([]);
  });

  it('has every route of the router, and no other', () => {
    const described = describedRoutes.map(({ method, path }) => `${method} ${path}`);
    expect(servedRoutes().length).toBeGreaterThan(12);
    expect(described.toSorted()).toEqual(servedRoutes().toSorted());
  });

  it('has every operation of the table, with its scope', () => {
    const { paths } = contractDocument() as {
      paths: Record<string, Record<string, { 'x-scope'?: string }>>;
    };
    for (const [api, method, path, scope] of operations) {
      const described = paths[(api === 'data' ? '/data' : '/{environment}') + path];
      expect(described?.[method.toLowerCase()]?.['x-scope'], `${method} ${path}`).toBe(scope);
    }
  });

  it('lists every error that the server can throw with its status, and no other', () => {
    expect(thrownErrors().length).toBeGreaterThan(30);
    expect(describedErrors()).toEqual([...new Set([...thrownErrors(), ...CALCULATED])].toSorted());
  });

  it('lists as codes of answers all but those that only the widget knows', () => {
    const answered = new Set(describedErrors().map((error) => error.split(' ')[1]));
    const widgets = ConnectErrorCode.options.filter((code) => !answered.has(code));
    expect(widgets).toEqual(['popup_blocked', 'popup_closed', 'cancelled', 'opener_blocked', 'network']);
    expect(
      ServerErrorCode.options.filter((code) => !answered.has(code) && !widgets.includes(code as never)),
    ).toEqual([]);
  });

  it('has the version of the server', () => {
    expect((contractDocument() as { info: { version: string } }).info.version).toBe(manifest.version);
  });
});

describe('GET /openapi.json', () => {
  it('is for anybody, may be cached, and says nothing of the configuration', async () => {
    await using stage = await openStage({ environment: { APP_NAME: 'canary' } });
    const answer = await fetch(`${stage.url}/alpaca/openapi.json`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    const body = await answer.text();
    expect(JSON.parse(body)).toEqual(contractDocument());
    for (const secret of ['canary', stage.foreignUrl, new URL(stage.simulator.url).host]) {
      expect(body).not.toContain(secret);
    }
    const again = await fetch(`${stage.url}/alpaca/openapi.json`, {
      headers: { 'If-None-Match': answer.headers.get('etag') ?? '', 'Cache-Control': 'max-age=0' },
    });
    expect(again.status).toBe(304);
  });

  it('describes routes that are there', async () => {
    await using stage = await openStage();
    for (const { method, path } of describedRoutes) {
      const filled = path.replace('{environment}', 'paper').replace(/\{\w+\}/g, 'es.json');
      const answer = await new Visitor(stage).call(filled, { method: method.toUpperCase() });
      expect(`${method} ${path} ${answer.status}`).not.toMatch(/ 405$/);
      const { code } = (await answer.json().catch(() => ({}))) as { code?: string };
      if (!path.includes('{')) expect(code).not.toBe('not_found');
    }
  });
});
