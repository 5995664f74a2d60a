// server/Caddyfile, byte for byte, in the real Caddy. What it would do to the machine (ports 80 and 443, certificates from the
// Internet, an administration port, its own folders) is changed in the JSON that Caddy makes of it.
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { asProxy, type FrontProxy, itServesBehind, type Where } from './behind-proxy.ts';
import { isInstalled } from './recipes.ts';

const CADDYFILE = fileURLToPath(new URL('../../../server/Caddyfile', import.meta.url));

interface CaddyConfiguration {
  logging: object;
  apps: { http: { servers: { srv0: { listen: string[]; routes: object[] } } } };
}

const hasCurl = isInstalled('curl', { version: '--version', from: 'curl' });
const hasCaddy = isInstalled('caddy', { version: 'version', from: 'caddy' });

describe.skipIf(!hasCaddy || !hasCurl)('server/Caddyfile', { timeout: 60_000 }, () => {
  itServesBehind(startCaddy);
});

function startCaddy({ upstream, port, folder }: Where): FrontProxy {
  const env = {
    PATH: process.env['PATH'],
    SITE: 'localhost',
    UPSTREAM: upstream,
    ...{ HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder },
  };
  const adapted = execFileSync('caddy', ['adapt', '--config', CADDYFILE], { env, encoding: 'utf8' });
  const { logging, apps } = JSON.parse(adapted) as CaddyConfiguration;
  expect([Object.keys(apps), Object.keys(apps.http.servers)]).toEqual([['http'], ['srv0']]); // nothing is left out below
  const { routes } = apps.http.servers.srv0;
  const automatic = { disable_redirects: true };
  const srv0 = { listen: [`127.0.0.1:${port}`], protocols: ['h1', 'h2'], automatic_https: automatic, routes };
  const configuration = {
    logging,
    admin: { disabled: true, config: { persist: false } },
    storage: { module: 'file_system', root: join(folder, 'store') },
    apps: {
      http: { servers: { srv0 } },
      tls: { automation: { policies: [{ issuers: [{ module: 'internal' }] }] } },
      pki: { certificate_authorities: { local: { install_trust: false } } },
    },
  };
  const file = join(folder, 'caddy.json');
  writeFileSync(file, JSON.stringify(configuration));
  const caddy = spawn('caddy', ['run', '--config', file], { env });
  let output = '';
  for (const stream of [caddy.stdout, caddy.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
  }
  return asProxy(caddy, {
    ca: () => readFileSync(join(folder, 'store/pki/authorities/local/root.crt'), 'utf8'),
    logged: () => output,
  });
}
