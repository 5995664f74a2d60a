import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseYaml } from '@redocly/openapi-core';
import { readToml, type Table } from './read-toml.ts';
import { recipe } from './recipes.ts';

export const PLATFORMS = ['Fly.io', 'Render', 'Railway', 'Cloud Run', 'Heroku'] as const;
type Platform = (typeof PLATFORMS)[number];

/** For a setting whose value is somewhere else: in the platform's store of secrets, or in another service of it. */
export const ELSEWHERE = Symbol();

/** What a recipe tells of its platform and of the server. */
export interface Recipe {
  env: Record<string, string | typeof ELSEWHERE>;
  healthPaths: string[];
  /** Seconds between SIGTERM and SIGKILL, where that can be set. */
  stopsWithin?: number;
}

export const fly = readToml(recipe('toml'));
export const compose = parseYaml(
  readFileSync(new URL('../../../server/compose.yaml', import.meta.url), 'utf8'),
) as Compose;

interface Compose {
  services: { server: { environment: Record<string, string>; stop_grace_period: string } };
  configs: { caddyfile: { file: string } };
}

function flyRecipe(): Recipe {
  const { checks } = fly['http_service'] as Table;
  return {
    env: fly['env'] as Record<string, string>,
    healthPaths: (checks as Table[]).map(({ path }) => String(path)),
    stopsWithin: Number(fly['kill_timeout']),
  };
}

interface RenderService {
  type: string;
  name: string;
  healthCheckPath: string;
  maxShutdownDelaySeconds: number;
  envVars: { key: string; value?: string; fromService?: { name: string } }[];
}

function renderRecipe(): Recipe {
  const { services } = parseYaml(recipe('yaml', 'services:')) as { services: RenderService[] };
  const [web, ...others] = services;
  if (web?.type !== 'web') throw new Error('The first service is not the server.');
  const missing = web.envVars.find(
    ({ fromService }) => fromService && others.every(({ name }) => name !== fromService.name),
  );
  if (missing) throw new Error(`There is no service for ${missing.key}.`);
  return {
    env: Object.fromEntries(web.envVars.map(({ key, value }) => [key, value ?? ELSEWHERE])),
    healthPaths: [web.healthCheckPath],
    stopsWithin: web.maxShutdownDelaySeconds,
  };
}

/** Runs the configuration with stand-ins for what it imports, as Railway's command would run it. */
async function railwayRecipe(): Promise<Recipe> {
  const source = recipe('ts');
  const stub = `
    let web;
    const elsewhere = 'elsewhere';
    const redis = () => ({ env: { REDIS_URL: elsewhere } });
    const preserve = () => elsewhere;
    const github = String;
    const service = (name, config) => (web = config);
    const project = (name, { resources }) => resources.includes(web) && web;
    const defineRailway = (define) => define();
  `;
  const module = Buffer.from(source.replace(/^import .*;$/m, stub)).toString('base64');
  const { default: web } = (await import(`data:text/javascript;base64,${module}`)) as {
    default: { env: Record<string, string>; healthcheck: string };
  };
  const { RAILWAY_DEPLOYMENT_DRAINING_SECONDS: seconds, ...env } = web.env;
  return {
    env: Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, value === 'elsewhere' ? ELSEWHERE : value]),
    ),
    healthPaths: [web.healthcheck],
    stopsWithin: Number(seconds),
  };
}

/** The words of the shell's command that begins so, which the shell itself takes apart. */
function wordsOf(script: string, command: string): string[] {
  const print = `${command.split(' ')[0]}() { printf '%s\\n' "$@"; }; git() { :; };`;
  const lines = script.replaceAll('\\\n', ' ').split('\n');
  const line = lines.find((candidate) => candidate.startsWith(command)) ?? '';
  return execFileSync('sh', ['-c', `${print} ${line}`], { encoding: 'utf8' })
    .trim()
    .split('\n');
}

function pairs(list = ''): Record<string, string> {
  return Object.fromEntries(
    list.split(',').map((pair) => pair.split(/=(.*)/).slice(0, 2) as [string, string]),
  );
}

function cloudRunRecipe(): Recipe {
  const words = wordsOf(recipe('sh', 'gcloud run deploy'), 'gcloud run deploy');
  const option = (name: string) => words[words.indexOf(`--${name}`) + 1];
  const secrets = Object.keys(pairs(option('set-secrets')));
  const probes = [option('startup-probe'), option('readiness-probe')].map(pairs);
  return {
    env: {
      ...pairs(option('set-env-vars')),
      ...Object.fromEntries(secrets.map((name) => [name, ELSEWHERE])),
    },
    healthPaths: probes.map((probe) => probe['httpGet.path'] ?? ''),
  };
}

function herokuRecipe(): Recipe {
  const words = wordsOf(recipe('sh', 'heroku config:set'), 'heroku config:set');
  const [, ...settings] = words;
  const secrets = ['ALPACA_CLIENT_SECRET', 'SESSION_KEYS', 'REDIS_URL'].map((name) => [name, ELSEWHERE]);
  return {
    env: { ...pairs(settings.join(',')), ...Object.fromEntries(secrets) },
    healthPaths: [],
  };
}

export const recipes: Record<Platform | 'compose.yaml', Recipe> = {
  'Fly.io': flyRecipe(),
  Render: renderRecipe(),
  Railway: await railwayRecipe(),
  'Cloud Run': cloudRunRecipe(),
  Heroku: herokuRecipe(),
  'compose.yaml': {
    env: compose.services.server.environment,
    healthPaths: [],
    stopsWithin: Number.parseInt(compose.services.server.stop_grace_period, 10),
  },
};
