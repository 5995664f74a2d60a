// No test runs on a platform. This is what can be known of the recipes of server/DEPLOY.md without one: that they can be read, that their
// settings are accepted, and that the paths of their health checks answer.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseYaml } from '@redocly/openapi-core';
import { afterAll, describe, expect, it } from 'vitest';
import { settings } from '../../../server/config.ts';
import { readConfiguration } from '../../../server/config-reader.ts';
import { SOCKET_LIMITS } from '../../../server/http-server.ts';
import { openStage } from '../../stage.ts';
import { validEnvironment } from '../valid-environment.ts';
import { compose, ELSEWHERE, fly, PLATFORMS, recipes } from './platform-recipes.ts';
import type { Table } from './read-toml.ts';
import { DEPLOY, recipe } from './recipes.ts';

const SERVER = fileURLToPath(new URL('../../../server', import.meta.url));
const README = readFileSync(join(SERVER, 'README.md'), 'utf8');

const folder = mkdtempSync(join(tmpdir(), 'platforms-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(Object.entries(recipes))('the recipe for %s', (_name, { env, stopsWithin }) => {
  it('sets variables that the server knows, to values that it accepts, and no secret', () => {
    const secrets: string[] = Object.values(settings)
      .filter((setting) => 'secret' in setting)
      .map(({ variable }) => variable);
    const literal = Object.entries(env).filter(([, value]) => value !== ELSEWHERE) as [string, string][];
    // The one without a password, within compose.yaml.
    const given = literal.filter(([, value]) => value !== 'redis://redis:6379').map(([name]) => name);
    expect(given.filter((name) => secrets.includes(name))).toEqual([]);

    const redis = 'REDIS_URL' in env ? { REDIS_URL: 'redis://redis.internal:6379' } : {};
    const values = { ...validEnvironment(), ...redis, ...Object.fromEntries(literal) };
    expect(Object.keys(env).filter((name) => !(name in values))).toEqual([]);
    // Refuses an unknown name, too.
    expect(() => readConfiguration(values)).not.toThrow();
  });

  it('trusts a number of proxies, and gives the server the time that it takes to stop', () => {
    expect(env['TRUST_PROXY']).toMatch(/^[12]$/);
    expect(README).toContain('within 25 s in all');
    if (stopsWithin !== undefined) expect(stopsWithin).toBeGreaterThan(25);
  });
});

it('every path of a health check answers', async () => {
  await using stage = await openStage();
  const paths = Object.values(recipes).flatMap(({ healthPaths }) => healthPaths);
  expect(paths.length).toBeGreaterThan(4);
  for (const path of [...paths, '/alpaca/openapi.json']) {
    expect((await fetch(stage.url + path)).status, path).toBe(200);
  }
});

describe('the recipe for Fly.io', () => {
  it('sends requests to the port of the server, and keeps the folder of its sessions', () => {
    const { env } = recipes['Fly.io'];
    const { internal_port: port } = fly['http_service'] as Table;
    expect(String(port)).toBe(env['PORT']);
    const { destination } = fly['mounts'] as Table;
    const workdir = /^WORKDIR (.*)$/m.exec(readFileSync(join(SERVER, 'Dockerfile'), 'utf8'))?.[1] ?? '';
    expect(destination).toBe(join(workdir, dirname(settings.sessionFile.example)));
  });
});

describe('the recipe for Heroku', () => {
  it('builds from a file that is there', () => {
    const { build } = parseYaml(recipe('yaml', 'docker:')) as { build: { docker: { web: string } } };
    expect(existsSync(join(SERVER, build.docker.web))).toBe(true);
  });
});

describe('server/compose.yaml', () => {
  it('runs the Caddyfile that is there', () => {
    expect(join(SERVER, compose.configs.caddyfile.file)).toBe(join(SERVER, 'Caddyfile'));
  });
});

describe('the repository that a copy becomes', () => {
  it('has the built widget, and no secrets', () => {
    const copy = join(folder, 'my-desk');
    const wanted = ['.env.example', 'main.ts', 'public/connect.js'];
    const unwanted = [
      '.env',
      '.env.production',
      'data/sessions.sqlite',
      'dist/main.js',
      'node_modules/a/a.js',
    ];
    for (const file of [...wanted, ...unwanted]) {
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      writeFileSync(join(copy, file), '');
    }
    writeFileSync(join(copy, '.dockerignore'), readFileSync(join(SERVER, '.dockerignore')));
    const who = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@shop.test' };
    const committer = { GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@shop.test' };
    const env = { PATH: process.env['PATH'], HOME: folder, ...who, ...committer };
    const made = spawnSync('sh', ['-ec', recipe('sh', 'git init')], { cwd: copy, env, encoding: 'utf8' });
    expect(made.status, made.stderr).toBe(0);
    const files = execFileSync('git', ['ls-files'], { cwd: copy, env, encoding: 'utf8' }).trim().split('\n');
    expect(files.toSorted()).toEqual(['.dockerignore', '.gitignore', ...wanted].toSorted());
  });
});

describe('server/DEPLOY.md', () => {
  const section = (title: string) => DEPLOY.split(`\n### ${title}\n`)[1]?.split(/\n##+ /)[0] ?? '';

  it('compares the five platforms, and trusts as many proxies in the table as in the recipe', () => {
    const rows = [...DEPLOY.matchAll(/^\|(.*)\|$/gm)].map(([, row = '']) =>
      row.split('|').map((cell) => cell.trim()),
    );
    expect(rows[0]?.slice(1)).toEqual(PLATFORMS);
    expect(rows.flat().slice(1)).not.toContain('');
    const [, ...trusted] = rows.find(([head]) => head === '`TRUST_PROXY`') ?? [];
    const numbers = trusted.map((cell) => /`(\d)`/.exec(cell)?.[1]);
    expect(numbers).toEqual(PLATFORMS.map((name) => recipes[name].env['TRUST_PROXY']));
  });

  it.each(PLATFORMS)('gives the address of each fact on %s, or says that it was not found', (title) => {
    const facts = section(title).split('\n- ').slice(1);
    expect(facts.length).toBeGreaterThanOrEqual(6);
    expect(facts.filter((fact) => !/\]\(https:\/\/|not found/.test(fact))).toEqual([]);
  });

  it('names variables that exist', () => {
    const known = new Set<string>(Object.values(settings).map(({ variable }) => variable));
    const foreign = /^(?:AF_(?:INET|UNIX|NETLINK)|RAILWAY_\w+)$/; // systemd's, and Railway's own
    const names = DEPLOY.match(/\b[A-Z]+(?:_[A-Z]+)+\b/g) ?? [];
    expect(names.length).toBeGreaterThan(30);
    const unknown = names.filter((name) => !known.has(name.replace(/_FILE$/, '')) && !known.has(name));
    expect(unknown.filter((name) => !foreign.test(name))).toEqual([]);
  });

  it('gives proxies a shorter patience with idle connections than the server has', () => {
    const patience = SOCKET_LIMITS.keepAliveTimeout / 1_000;
    const caddyfile = readFileSync(join(SERVER, 'Caddyfile'), 'utf8');
    expect(DEPLOY).toContain(`by the server for ${patience}`);
    expect(DEPLOY).toContain(`kept for ${patience} s`);
    expect(caddyfile).toContain(`for ${patience} s`);
    const kept = [
      ...`${DEPLOY}${caddyfile}`.matchAll(/keepalive (\d+)s|Idle connections end after (\d+) s/g),
    ];
    expect(kept.length).toBeGreaterThan(1);
    for (const [, proxy, platform] of kept) expect(Number(proxy ?? platform)).toBeLessThan(patience);
  });
});
