import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readState, writeState } from '../../../demo/simulator/state-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  file = join(folder, 'deep', 'state.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('state file', () => {
  it('reads what was written, and nothing where no file is', () => {
    expect(readState(file)).toBeUndefined();
    const state = { tokens: [], accounts: [] };
    writeState(file, state);
    expect(readState(file)).toEqual(state);
  });

  it('leaves one file, for its owner alone', () => {
    writeState(file, { tokens: [], accounts: [] });
    writeState(file, { tokens: [], accounts: [] });
    expect(readdirSync(join(folder, 'deep'))).toEqual(['state.json']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('starts afresh where another release left its state', () => {
    const old = join(folder, 'old.json');
    writeFileSync(old, '{"version":1,"tokens":[],"accounts":[]}');
    expect(readState(old)).toBeUndefined();
  });

  it.each(['', '{', 'null', '{"version":"1"}', '{"version":4}', '{"tokens":[],"accounts":[]}'])(
    'refuses %j and says what to do',
    (text) => {
      const other = join(folder, 'other.json');
      writeFileSync(other, text);
      expect(() => readState(other)).toThrow(/not a state file of this simulator\. Delete it/);
    },
  );
});
