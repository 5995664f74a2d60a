import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'broker-'));
}

/** A file that holds one secret, as options name them. */
export function writeSecret(folder: string, secret: string): string {
  const file = join(folder, randomUUID());
  writeFileSync(file, `${secret}\n`);
  return file;
}
