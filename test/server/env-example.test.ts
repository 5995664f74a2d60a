import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { expect, it } from 'vitest';
import { settings } from '../../server/config.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const printed = execFileSync(process.execPath, ['--import', 'tsx', 'server/env-example.ts'], {
  cwd: ROOT,
  encoding: 'utf8',
});

it.each(['.env.example', 'server/.env.example'])('%s is what the table of settings prints', (file) => {
  expect(readFileSync(join(ROOT, file), 'utf8'), `Run: npm run env-example > ${file}`).toBe(printed);
});

it('.env.example names every variable, sets no secret, and can be read as it stands', () => {
  for (const { variable } of Object.values(settings)) {
    expect(printed).toMatch(new RegExp(`^#?${variable}=`, 'm'));
  }
  const secrets = Object.values(settings).filter((setting) => 'secret' in setting);
  expect(secrets.length).toBeGreaterThan(2);
  for (const { variable } of secrets) expect(parseEnv(printed)[variable] ?? '').toBe('');
});
