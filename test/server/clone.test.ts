// Somebody takes server/ as the template of their own integration: copies it, renames it, builds an image of it, installs what it names,
// and adds a setting, an operation and a sign-in of their own, as server/README.md tells them to.
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SIMULATOR_CLIENT, type Simulator, startSimulator } from '../../demo/simulator/index.ts';
import { settings } from '../../server/config.ts';
import own from '../../server/package.json' with { type: 'json' };
import { snippet } from '../documents.ts';
import { freePort, startByNpm, startCommand, untilReady } from '../server-process.ts';
import { stageEnvironment } from '../stage.ts';
import { Visitor } from '../visitor.ts';
import { type Build, buildImage, type Image, runInside } from './deploy/dockerfile.ts';
import { linkFiles, placePackages } from './deploy/placed-packages.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENT = 'server/README.md';
/** The commands of "Run it", line by line. */
const [copying = '', installing, configuring = '', checking = '', starting] = snippet(
  DOCUMENT,
  'cp -r server',
)
  .trim()
  .split('\n');

const parent = mkdtempSync(join(tmpdir(), 'clone-'));
chmodSync(parent, 0o755); // for the user of the image
const copy = join(parent, 'my-desk');
const stages = join(parent, 'stages');

/** What lies about in a folder that somebody works in. Each holds this word. */
const SECRET = `planted-${'s'.repeat(20)}`;
const PLANTED = ['.env', '.env.production', 'data/sessions.sqlite', 'other.sqlite-wal', '.git/config'];

let image: Image;
let simulator: Simulator;
const urls = { copy: '', image: '' };

beforeAll(async () => {
  const left = ['dist', 'node_modules', 'data'].map((name) => join(ROOT, 'server', name));
  const repository = join(parent, 'repository');
  const filter = (source: string) => !left.includes(source);
  cpSync(join(ROOT, 'server'), join(repository, 'server'), { recursive: true, filter });
  expect([installing, starting]).toEqual(['npm install', 'npm start']);
  execFileSync('sh', ['-c', copying], { cwd: repository });
  edit('package.json', `"name": "${own.name}"`, '"name": "my-desk"');
  for (const file of PLANTED) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), SECRET);
  }
  mkdirSync(stages);
  image = buildImage({ context: copy, into: stages, run });
  cpSync(join(image.root, image.workdir, 'dist'), join(copy, 'dist'), { recursive: true });
  for (const file of PLANTED) rmSync(join(copy, file));

  for (const name of ['copy', 'image'] as const) urls[name] = `http://127.0.0.1:${await freePort()}`;
  const redirectUris = Object.values(urls).map((url) => `${url}/alpaca/callback`);
  simulator = await startSimulator({ clients: [{ ...SIMULATOR_CLIENT, redirectUris }] });
}, 180_000);

afterAll(async () => {
  await simulator?.close();
  rmSync(parent, { recursive: true, force: true });
});

/** The user `node` of the image, where this process may become somebody else and that user could run Node. */
const NODE_USER = { uid: 1000, gid: 1000 };
const user =
  process.getuid?.() === 0 && spawnSync(process.execPath, ['-v'], NODE_USER).status === 0 ? NODE_USER : {};

/**
 * Runs a RUN without network: npm finds every package in its place, and is told to ask nobody. There is no user `node` here, whom a
 * `chown` could name. The copy gets what was installed, too.
 */
function run(command: string, { cwd, env }: Parameters<Build['run']>[1]): void {
  if (command === 'npm install') placePackages(cwd);
  const tools = join(parent, 'tools');
  mkdirSync(tools, { recursive: true });
  const chown = 'uid' in user ? `PATH=${process.env['PATH']} exec chown 1000:1000 "$@"` : 'exit 0';
  const script = `#!/bin/sh\n[ "$1" = node:node ] || exit 1\nshift\n${chown}\n`;
  writeFileSync(join(tools, 'chown'), script, { mode: 0o755 });
  const npm = {
    npm_config_offline: 'true',
    npm_config_audit: 'false',
    npm_config_cache: join(parent, 'npm'),
  };
  const variables = { ...env, ...npm, PATH: `${tools}:${process.env['PATH']}`, HOME: parent };
  execFileSync('sh', ['-c', command], { cwd, env: variables, stdio: 'pipe' });
  if (command === 'npm install') linkFiles(join(cwd, 'node_modules'), join(copy, 'node_modules'));
}

describe('the image of a copy of server/', () => {
  it('holds what the server needs, and of the folder nothing else', () => {
    const files = (folder: string) => readdirSync(join(stages, folder)).toSorted();
    expect(files(relative(stages, join(image.root, '/app')))).toEqual([
      'data',
      'dist',
      'node_modules',
      'package.json',
      'public',
    ]);
    const modules = readdirSync(join(image.root, '/app/node_modules'));
    expect(modules).toEqual(
      expect.arrayContaining(Object.keys(own.dependencies).map((name) => name.split('/')[0])),
    );
    expect(modules).not.toContain('typescript');
    expect(files('build/app')).toContain('.env.example');
    const leaks = spawnSync('grep', ['--recursive', '--files-with-matches', SECRET, stages], {
      encoding: 'utf8',
    });
    expect([leaks.status, leaks.stdout]).toEqual([1, '']);
  });

  it('says where the server listens, and keeps the sessions of the default settings', () => {
    expect(image.exposed).toEqual([settings.port.example]);
    expect(image.volumes).toEqual([join(image.workdir, dirname(settings.sessionFile.example))]);
  });

  it('serves as a user without rights, is well, and stops at SIGTERM', { timeout: 60_000 }, async () => {
    expect(image.user).toBe('node');
    const env = { ...image.env, ...variablesOf('image'), PATH: process.env['PATH'] };
    const cwd = join(image.root, image.workdir);
    await using server = startCommand(image.command, { cwd, env, ...user });
    await untilReady(server, urls.image);
    expect((await new Visitor({ url: urls.image }).connect()).status).toBe(201);
    expect(readdirSync(join(cwd, 'data'))).toContain('sessions.sqlite');

    const isWell = () => runInside(image, image.healthCommand, env);
    expect(isWell).not.toThrow();
    server.process.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    expect(isWell).toThrow();
  });
});

describe('a copy of server/ under another name', () => {
  beforeAll(() => {
    execFileSync('sh', ['-c', configuring], { cwd: copy });
    for (const [name, value] of Object.entries(variablesOf('copy'))) {
      edit('.env', new RegExp(`^#?${name}=.*$`, 'm'), `${name}=${value}`);
    }
  });

  it('says before its start what is right, and which redirect URI to register', async () => {
    const { stdout: found } = await promisify(execFile)('sh', ['-c', checking], { cwd: copy });
    expect(found).toContain(`Register exactly this redirect URI with Alpaca: ${urls.copy}/alpaca/callback`);
    expect(found).not.toContain('PROBLEM');
  });

  it('starts, connects, and passes a request on', { timeout: 120_000 }, async () => {
    // What was compiled for the image is good for this one.
    await using server = startByNpm(copy, '--ignore-scripts');
    await untilReady(server, urls.copy);
    const visitor = new Visitor({ url: urls.copy });
    expect((await visitor.connect()).status).toBe(201);
    const account = await visitor.call('/paper/v2/account');
    expect(await account.json()).toMatchObject({ status: 'ACTIVE' });
    expect(readdirSync(join(copy, 'data'))).toContain('sessions.sqlite');
    expect((await visitor.call('/paper/v2/account/rewards')).status).toBe(404);
  });

  it('builds with a setting of its own by one entry, an operation by one row, and a sign-in by getUser', {
    timeout: 120_000,
  }, async () => {
    edit('config.ts', '} satisfies Record<string, Setting>;', `${snippet(DOCUMENT, 'signInSecret: {')}$&`);
    edit(
      'operations.ts',
      'export const operations: readonly OperationRow[] = [\n',
      `$&${snippet(DOCUMENT, '/v2/account/rewards')}`,
    );
    // The compiler knows the type of the setting: it refuses a number here, and would complain if there was nothing to refuse.
    const misuse =
      '\n// @ts-expect-error\nexport const wrong = (of: Configuration): number => of.signInSecret;\n';
    writeFileSync(join(copy, 'sign-in.ts'), snippet(DOCUMENT, 'export function signIn') + misuse);
    edit(
      'main.ts',
      /^ *const server = await startServer\(.*\);\n/m,
      snippet(DOCUMENT, 'const { pages, getUser }'),
    );
    edit('main.ts', /^/, "import { signIn } from './sign-in.ts';\n");

    const example = execFileSync('npm', ['run', '--silent', 'env-example'], { cwd: copy, encoding: 'utf8' });
    expect(example.endsWith('# Or a file that holds it: SIGN_IN_SECRET_FILE=/run/secrets/…\n')).toBe(true);
    expect(example).toMatch(/^# Signs the cookie of .*\nSIGN_IN_SECRET=$/m);

    const variables = readFileSync(join(copy, '.env'), 'utf8');
    writeFileSync(join(copy, '.env'), `${variables}SIGN_IN_SECRET=short\n`);
    await using refusing = startByNpm(copy);
    expect(await refusing.ended).toBe(1);
    expect(refusing.output()).toContain(
      'The configuration has 1 problem:\n  - SIGN_IN_SECRET is too short to be safe: use at least 32 characters.',
    );

    writeFileSync(join(copy, '.env'), `${variables}SIGN_IN_SECRET=${'s'.repeat(32)}\n`);
    // What was compiled for the start that was refused is good for this one.
    await using server = startByNpm(copy, '--ignore-scripts');
    await untilReady(server, urls.copy);
    const visitor = new Visitor({ url: urls.copy });
    expect((await visitor.startAttempt(Visitor.proofKey())).status).toBe(401);
    await signIn(visitor, 'ada');
    expect((await visitor.connect()).status).toBe(201);

    simulator.control.addFault({
      path: '/paper/v2/account/rewards',
      kind: 'answer',
      status: 200,
      contentType: 'application/json',
      body: '{"points":7}',
    });
    expect(await (await visitor.call('/paper/v2/account/rewards')).json()).toEqual({ points: 7 });

    await signIn(visitor, 'bob');
    expect((await visitor.call('/paper/v2/account/rewards')).status).toBe(401);
  });

  async function signIn(visitor: Visitor, name: string): Promise<void> {
    const answer = await fetch(`${urls.copy}/sign-in`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name }),
    });
    const [, value = ''] = /^user=([^;]*)/.exec(answer.headers.getSetCookie()[0] ?? '') ?? [];
    visitor.cookies.set('user', value);
  }
});

/** Changes what must be there in a file of the copy. */
function edit(file: string, from: string | RegExp, to: string): void {
  const before = readFileSync(join(copy, file), 'utf8');
  const after = before.replace(from, to);
  expect(after, relative(parent, join(copy, file))).not.toBe(before);
  writeFileSync(join(copy, file), after);
}

/** The settings of a server on this simulator. */
function variablesOf(name: keyof typeof urls): Record<string, string> {
  const url = urls[name];
  return { ...stageEnvironment(simulator), PUBLIC_URL: url, PORT: new URL(url).port };
}
