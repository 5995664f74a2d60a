// The unit of server/DEPLOY.md for systemd, read by systemd itself.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fill } from '../../documents.ts';
import { isInstalled, recipe } from './recipes.ts';

const hasSystemd = isInstalled('systemd-analyze', { version: '--version' });

describe.skipIf(!hasSystemd)('the unit for systemd', () => {
  const folder = mkdtempSync(join(tmpdir(), 'unit-'));
  afterAll(() => rmSync(folder, { recursive: true }));

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
