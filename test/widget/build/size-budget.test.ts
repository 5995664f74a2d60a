import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkSizes } from '../../../widget/build/size-budget.ts';

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'size-budget-'));
  file = join(folder, 'file.js');
  writeFileSync(file, 'abc');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('checkSizes()', () => {
  it('reports each size beside its budget', async () => {
    const lines: string[] = [];
    await checkSizes(
      [
        { what: 'A', file, limit: 1_000 },
        { what: 'B', file },
      ],
      (line) => lines.push(line),
    );
    expect(lines).toEqual([
      expect.stringMatching(/^A: \d+ of 1,000 bytes/),
      expect.stringMatching(/^B: \d+ bytes/),
    ]);
  });

  it('fails past a budget, and says which', async () => {
    await expect(checkSizes([{ what: 'A', file, limit: 1 }], () => {})).rejects.toThrow(/Too big\. A: /);
  });
});
