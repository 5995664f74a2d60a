// The recipe of server/DEPLOY.md for nginx, as it stands there: only ports, names and paths of this machine are put in.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { fill } from '../../documents.ts';
import { selfSignedCertificate } from '../../self-signed-certificate.ts';
import { asProxy, type FrontProxy, itServesBehind, type Where } from './behind-proxy.ts';
import { isInstalled, recipe } from './recipes.ts';

const hasCurl = isInstalled('curl', { version: '--version', from: 'curl' });
const hasNginx = isInstalled('nginx', { version: '-v', from: 'nginx-light' });

describe.skipIf(!hasNginx || !hasCurl)('the recipe for nginx', { timeout: 60_000 }, () => {
  itServesBehind(startNginx);
});

function startNginx({ upstream, port, folder }: Where): FrontProxy {
  const certificate = selfSignedCertificate();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  writeFileSync(key, certificate.key);
  writeFileSync(cert, certificate.cert);
  const logs = ['connect.log', 'connect.error.log', 'error.log'].map((name) => join(folder, name));
  const [access = '', failures = '', general = ''] = logs;
  const site = fill(recipe('nginx'), {
    '127.0.0.1:3000': upstream,
    'listen 443 ssl;': `listen 127.0.0.1:${port} ssl;`,
    '/etc/ssl/connect/fullchain.pem': cert,
    '/etc/ssl/connect/key.pem': key,
    'app.yoursite.com': 'localhost',
    '/var/log/nginx/connect.log': access,
    '/var/log/nginx/connect.error.log': failures,
  });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const head = `daemon off; pid ${folder}/nginx.pid; error_log ${general}; events {}`;
  writeFileSync(join(folder, 'nginx.conf'), `${head}\nhttp { ${temporary.join(' ')}\n${site} }`);
  mkdirSync(join(folder, 'logs'));
  const nginx = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'inherit' });
  return asProxy(nginx, {
    ca: () => certificate.cert,
    logged: () => logs.map((log) => (existsSync(log) ? readFileSync(log, 'utf8') : '')).join(''),
  });
}
