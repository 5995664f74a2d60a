import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A path in a directory of its own, which goes away when the running test is done. */
export async function temporaryFile(name = 'sessions.sqlite'): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'alpaca-connect-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return join(directory, name);
}
