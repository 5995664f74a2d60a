import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const TEST = fileURLToPath(new URL('..', import.meta.url));

const ROWS = readFileSync(join(TEST, 'reports.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| [\w.-]+\/[\w.-]+ \|/.test(line))
  .map((line) => line.slice(2, -2).split(' | '));

/** Each "`file` title" of a row's last cell. */
const SHOWN = ROWS.flatMap((row) => row.at(-1)?.split('<br>') ?? []).filter(
  (shown) => !shown.startsWith('none: '),
);

describe('test/reports.md', () => {
  it('has a link for each number, and fills every cell', () => {
    expect(ROWS.length).toBeGreaterThan(30);
    const wrong = ROWS.filter(([project, number = '', ...rest]) => {
      const [, digits = ''] = /^\[#(\d+)\]/.exec(number) ?? [];
      const address = `https://github.com/${project}`;
      const linked = [`${address}/issues/${digits}`, `${address}/pull/${digits}`].some(
        (link) => number === `[#${digits}](${link})`,
      );
      return !linked || rest.length !== 3 || rest.includes('');
    });
    expect(wrong).toEqual([]);
  });

  it('lists each report once', () => {
    const numbers = ROWS.map(([, number]) => number);
    expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
  });

  it('names tests that exist, by their titles', () => {
    const wrong = SHOWN.filter((shown) => {
      const [, file = '', title = ''] = /^`([\w./-]+)` (.+)$/.exec(shown) ?? [];
      const path = join(TEST, file);
      return title === '' || !existsSync(path) || !isTitle(readFileSync(path, 'utf8'), title);
    });
    expect(wrong).toEqual([]);
  });
});

/** Whether a test of this source is called so. */
function isTitle(source: string, title: string): boolean {
  return ["'", '"', '`'].some((quote) => source.includes(quote + title + quote));
}
