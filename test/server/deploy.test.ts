// The recipes of server/README.md for nginx and systemd, as they stand there: only ports, names and paths of this machine
// are put in.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installPackages } from '../browser/debian-packages.ts';
import { selfSignedCertificate } from '../self-signed-certificate.ts';
import { freePort, type ServerProcess, startServerProcess } from '../server-process.ts';
import { validEnvironment } from './valid-environment.ts';

const README = readFileSync(new URL('../../server/README.md', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'deploy-'));
afterAll(() => rmSync(folder, { recursive: true }));

function recipe(language: string): string {
  const [, text = ''] = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(README) ?? [];
  return text;
}

/** Puts in what must be there. */
function fill(text: string, values: Record<string, string>): string {
  return Object.entries(values).reduce((filled, [from, to]) => {
    if (!filled.includes(from)) throw new Error(`The recipe has no "${from}".`);
    return filled.replaceAll(from, to);
  }, text);
}

function isInstalled(command: string, ...args: string[]): boolean {
  return spawnSync(command, args).status === 0;
}

if (!isInstalled('nginx', '-v')) installPackages(['nginx-light']);
const hasNginx = isInstalled('nginx', '-v');
if (!hasNginx)
  process.stderr.write('Skipped: the recipe for nginx. There is no nginx, and it could not be installed.\n');

describe.skipIf(!hasNginx)('the recipe for nginx', { timeout: 60_000 }, () => {
  const certificate = selfSignedCertificate();
  const log = join(folder, 'connect.log');
  let server: ServerProcess;
  let nginx: ReturnType<typeof spawn>;
  let port: number;

  beforeAll(async () => {
    const upstream = await freePort();
    port = await freePort();
    server = startServerProcess({
      ...validEnvironment(),
      ...{ PUBLIC_URL: `https://localhost:${port}`, PORT: String(upstream), TRUST_PROXY: 'loopback' },
      SESSION_FILE: join(folder, 'sessions.sqlite'),
    });

    const files = { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') };
    writeFileSync(files.key, certificate.key);
    writeFileSync(files.cert, certificate.cert);
    mkdirSync(join(folder, 'logs'));
    const site = fill(recipe('nginx'), {
      '127.0.0.1:3000': `127.0.0.1:${upstream}`,
      'listen 443 ssl;': `listen 127.0.0.1:${port} ssl;`,
      '/etc/ssl/connect/fullchain.pem': files.cert,
      '/etc/ssl/connect/key.pem': files.key,
      'app.yoursite.com': 'localhost',
      '/var/log/nginx/connect.log': log,
    });
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    );
    const http = `http { ${temporary.join(' ')}\n${site} }`;
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log; events {}\n${http}`,
    );
    nginx = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'inherit' });
    // nginx answers 502 until the server is there. It does not say ready: that asks for Alpaca, and tests have no network.
    while ((await ask('/livez').catch(() => undefined))?.status !== 200) {
      if (nginx.exitCode !== null) throw new Error(readFileSync(join(folder, 'error.log'), 'utf8'));
      if (server.process.exitCode !== null) throw new Error(server.output());
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }, 60_000);

  afterAll(async () => {
    nginx?.kill('SIGTERM');
    if (nginx?.exitCode === null) await once(nginx, 'exit');
    await server?.[Symbol.asyncDispose]();
  });

  async function ask(
    path: string,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: string }> {
    const outgoing = request({
      host: '127.0.0.1',
      port,
      path,
      headers,
      servername: 'localhost',
      ca: certificate.cert,
    });
    const answered = once(outgoing.end(), 'response');
    const [response] = await answered;
    let body = '';
    for await (const chunk of response) body += chunk;
    return { status: response.statusCode, body };
  }

  it('lets pages through TLS to the server, and no path is rewritten on the way', async () => {
    expect((await ask('/livez')).status).toBe(200);
    expect((await ask('/alpaca/connect.js')).body).toContain('alpaca-connect');
    const headers = { 'X-Alpaca-Connect': '1', Origin: `https://localhost:${port}` };
    const { status, body } = await ask('/alpaca/connections', headers);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ environments: ['paper'], connections: [] });
    // The server itself refuses what is encoded twice; nginx must not have decoded it before.
    const encoded = await ask('/alpaca/paper/v2/orders%252f..%252faccount', headers);
    expect(JSON.parse(encoded.body)).toHaveProperty('requestId');
  });

  it('keeps the query of the callback, which has the code, out of the log', async () => {
    await ask('/alpaca/callback?code=secret-code&state=abc');
    await ask('/livez');
    const lines = readFileSync(log, 'utf8');
    expect(lines).toContain(' /alpaca/callback ');
    expect(lines).not.toContain('secret-code');
  });
});

const hasSystemd = isInstalled('systemd-analyze', '--version');
if (!hasSystemd) process.stderr.write('Skipped: the unit for systemd. There is no systemd-analyze.\n');

describe.skipIf(!hasSystemd)('the unit for systemd', () => {
  function complaints(unit: string): string {
    const file = join(folder, 'connect-with-alpaca.service');
    writeFileSync(file, unit);
    const { stderr, stdout } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
    // Of other units of this machine, it says things too.
    return `${stdout}${stderr}`
      .split('\n')
      .filter((line) => line.includes('connect-with-alpaca'))
      .join('\n');
  }
  const unit = fill(recipe('ini'), { '/usr/bin/node': process.execPath });

  it('is one that systemd understands, every line of it', () => {
    expect(complaints(unit)).toBe('');
  });

  it('would be refused with a mistake in it', () => {
    expect(complaints(unit.replace('NoNewPrivileges=yes', 'NoNewPrivilege=yes'))).toContain('NoNewPrivilege');
  });
});
