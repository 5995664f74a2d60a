import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { AccessToken } from './oauth/access-tokens.ts';
import type { Account } from './trading/account.ts';

/** All that survives a restart. */
interface State {
  tokens: AccessToken[];
  accounts: Account[];
}

/** Another one whenever what is kept changes its shape. */
const VERSION = 4;

/**
 * Reads the state. Undefined when there is none yet, or one of another release, which a new one then replaces.
 * @throws Error for a file that is something else
 */
export function readState(file: string): State | undefined {
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  const state = parse(text);
  if (typeof state?.version === 'number' && state.version !== VERSION) return undefined;
  if (state?.version !== VERSION || !Array.isArray(state.tokens) || !Array.isArray(state.accounts))
    throw new Error(`${file} is not a state file of this simulator. Delete it to start with fresh accounts.`);
  return { tokens: state.tokens, accounts: state.accounts };
}

/** Replaces the file in one step, so that a kill at any moment leaves the old state or the new one, never half of it. */
export function writeState(file: string, state: State): void {
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.unfinished`;
  writeFileSync(unfinished, JSON.stringify({ version: VERSION, ...state }), { mode: 0o600 });
  renameSync(unfinished, file);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(text: string): (Partial<State> & { version?: unknown }) | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
