/**
 * Each rule of the kit finds what it is for: a copy of the built server with one line changed, so that it breaks just this rule,
 * fails just this rule. And the server as it is breaks none.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { freePort } from '../server-process.ts';
import { type Finding, openKit } from './run-rules.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

type Change = readonly [file: string, from: string, to: string];

const HEADER = "        if (marker !== '1')\n            throw headerMissing();\n";
const ORIGIN =
  '        if (origin !== undefined && !allows(origin))\n            throw originNotAllowed(origin);\n';
const GRANT_ORIGIN = '    if (grant.origin !== origin)\n        throw grantOfAnotherSite();\n';
const GRANT_PROOF = '    if (!provesGrant(grant, codeVerifier))\n        throw grantOfAnotherAttempt();\n';

const MUTANTS: Readonly<Record<string, readonly Change[]>> = {
  header: [['http/origin', "marker !== '1'", 'marker === undefined']],
  origin: [
    [
      'http/origin',
      'origin !== undefined && !allows(origin)',
      "origin !== undefined && origin !== 'null' && !allows(origin)",
    ],
  ],
  order: [['http/origin', HEADER + ORIGIN, ORIGIN + HEADER]],
  cors: [
    [
      'http/origin',
      '?? VARY;',
      "?? { ...VARY, 'Access-Control-Allow-Origin': request.headers.origin ?? '*' };",
    ],
  ],
  preflight: [
    ['http/origin', 'const allowed = permissions.has(request.headers.origin);', 'const allowed = true;'],
  ],
  'error-shape': [
    ['http/errors', 'message: known.message, requestId };', "message: known.message, requestId: 'x' };"],
  ],
  method: [['routes', "router.all(['/connections/:which', '/away/:id'], onlyTakes('DELETE'));", '']],
  'hostile-paths': [['http/request-target', "['access_token', 'token']", '[]']],
  'default-deny': [
    [
      'operations',
      "    ['trading', 'GET', '/v2/account', 'none'],",
      "    ['trading', 'GET', '/v2/account', 'none'], ['trading', 'GET', '/v2/nothing', 'none'],",
    ],
  ],
  closed: [['proxy/match-operation', "scope === 'undocumented' && !named", 'false']],
  script: [
    [
      'http/widget-files',
      "'Cross-Origin-Resource-Policy': 'cross-origin'",
      "'Cross-Origin-Resource-Policy': 'same-origin'",
    ],
  ],
  openapi: [['openapi/document', "'3.1.1'", "'3.0.3'"]],
  stream: [['trade-updates/route', "'text/event-stream; charset=utf-8'", "'text/plain'"]],
  'stream-updates': [['trade-updates/event-stream', "? name : 'message'", "? 'message' : 'message'"]],
  'stream-ends': [
    ['connections', 'tradeUpdates.end(id, notConnected(environment));', ''],
    ['session/session-watch', 'checkInterval: 700', 'checkInterval: 60_000'],
  ],
  launch: [['connect/popup-page', 'frameAncestors: ["\'none\'"]', 'frameAncestors: ["\'self\'"]']],
  prefetch: [['http/page-request', '/prefetch|prerender|preview/i', '/nothing/']],
  'attempt-cookie': [['connect/attempt-cookies', "sameSite: 'lax'", "sameSite: 'none'"]],
  'attempt-page': [['connect', 'assertOwnPage(request, configuration);', '']],
  'attempt-origin': [['connect', 'if (!guard.allows(body.origin))', 'if (false)']],
  'bad-request': [['schemas', 'AttemptRequest = z.strictObject(', 'AttemptRequest = z.object(']],
  'authorization-url': [['connect/attempt', 'randomBytes(32)', 'randomBytes(8)']],
  'callback-cookie': [
    [
      'connect',
      'attemptCookies.set(request, response, attempt);',
      'attemptCookies.set(request, response, attempt); (globalThis.everybody ??= new Map()).set(attempt.state, attempt);',
    ],
    [
      'connect',
      'attemptCookies.read(request, state) : undefined',
      '(attemptCookies.read(request, state) ?? globalThis.everybody?.get(state)) : undefined',
    ],
  ],
  denied: [
    [
      'connect/authorization-response',
      "                code: 'access_denied',",
      "                code: 'provider_error',",
    ],
  ],
  mailbox: [
    [
      'connect/mailbox',
      'grant.origin === origin && provesGrant(grant, codeVerifier)',
      'grant.origin === origin',
    ],
  ],
  'sealed-code': [['connect', 'attempt: grant.attempt,', 'attempt: grant.attempt, code: outcome.code,']],
  'grant-origin': [
    [
      'connect/grant',
      'if (grant.origin !== origin)',
      'if (grant.origin !== origin && !provesGrant(grant, codeVerifier))',
    ],
  ],
  pkce: [['connect/grant', 'throw grantOfAnotherAttempt();', '{ }']],
  'exchange-order': [['connect/grant', GRANT_ORIGIN + GRANT_PROOF, GRANT_PROOF + GRANT_ORIGIN]],
  'grant-forged': [['connect/grant', 'throw grantUnknown();', "throw new Error('forged');"]],
  'attempt-browser': [
    ['connect', 'if (grant.sameSite && !attemptCookies.read(request, grant.state))', 'if (false)'],
  ],
  'one-use': [
    [
      'connect',
      'const { session, made } = await exchanges.once(grant, code, connect, isAwaited);',
      'const { session, connections: made } = await connect();',
    ],
  ],
  'session-cookie': [['session/cookie', "'strict'", "'lax'"]],
  answers: [['stored-connection', 'number: account.number,', '']],
  'not-connected': [
    ['session/choose-connection', "PublicError(401, 'not_connected'", "PublicError(403, 'not_connected'"],
  ],
  proxy: [['proxy/upstream-answer', "'no-store'", "'public, max-age=60'"]],
  scope: [['session/choose-connection', 'throw insufficientScope(scope);', '{ }']],
  ambiguous: [['session/choose-connection', 'throw connectionAmbiguous(api);', '{ }']],
  named: [
    [
      'session/choose-connection',
      'matching.find(({ id }) => id === named);',
      'matching.find(({ id }) => id === named) ?? matching[0];',
    ],
  ],
  disconnect: [['connections', 'response.status(204).end();', 'response.status(200).json({});']],
  revoked: [['proxy/refused-token', "error.code !== 'connection_revoked'", 'true']],
  'alpaca-failed': [['http/errors', 'ALPACA_FAILED = 424', 'ALPACA_FAILED = 502']],
  secrets: [
    [
      'stored-connection',
      '        connectedAt,\n',
      '        connectedAt, accessToken: stored.accessToken,\n',
    ],
  ],
};

/** What the kit finds at the built server with these changes. */
async function findingsOf(changes: readonly Change[]): Promise<Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mutant-'));
  const port = await freePort();
  await using kit = await openKit(`http://localhost:${port}/alpaca`);
  cpSync(join(ROOT, 'server/dist'), join(folder, 'dist'), { recursive: true });
  symlinkSync(join(ROOT, 'server/public'), join(folder, 'public'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const [name, from, to] of changes) {
    const file = join(folder, 'dist', `${name}.js`);
    const source = readFileSync(file, 'utf8');
    if (!source.includes(from)) throw new Error(`${name} has no ${from}`);
    writeFileSync(
      file,
      source.replace(from, () => to),
    );
  }
  const env = {
    PATH: process.env['PATH'],
    ...kit.variables,
    PORT: String(port),
    SESSION_KEYS: randomBytes(32).toString('base64'),
    SESSION_FILE: join(folder, 'sessions.sqlite'),
  };
  const server: ChildProcess = spawn(process.execPath, ['dist/main.js'], {
    cwd: folder,
    env,
    stdio: 'ignore',
  });
  const ended = once(server, 'exit');
  try {
    await Promise.race([kit.untilAnswered(150_000), ended]);
    expect(server.exitCode, 'the server ended before it answered').toBeNull();
    return await kit.run();
  } finally {
    server.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

function broken(findings: readonly Finding[]): string[] {
  return findings.flatMap(({ id, broken: how }) => (how ? [`${id}: ${how.seen}`] : []));
}

describe.concurrent('the conformance kit', () => {
  it('finds nothing at this server, and has a mutant for each of its rules', {
    timeout: 300_000,
  }, async () => {
    const findings = await findingsOf([]);
    expect(broken(findings)).toEqual([]);
    expect(findings.map(({ id }) => id).toSorted()).toEqual(Object.keys(MUTANTS).toSorted());
  });

  it.each(Object.entries(MUTANTS))(
    'finds that %s is broken, and nothing else',
    { timeout: 300_000 },
    async (id, changes) => {
      const found = broken(await findingsOf(changes));
      expect(found.map((each) => each.split(':')[0])).toEqual([id]);
    },
  );
});
