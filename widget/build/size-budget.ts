import { readFile } from 'node:fs/promises';
import { brotliCompressSync } from 'node:zlib';

/** A file that browsers load, and how many bytes it may have with brotli. */
interface Budget {
  file: string;
  what: string;
  limit?: number;
}

/**
 * One line per file, with its size and what it may have.
 *
 * @throws Error that names each file past its budget.
 */
export async function checkSizes(budgets: readonly Budget[], report: (line: string) => void): Promise<void> {
  const beyond: string[] = [];
  for (const { file, what, limit } of budgets) {
    const size = brotliCompressSync(await readFile(file)).byteLength;
    const allowed = limit === undefined ? '' : ` of ${format(limit)}`;
    const line = `${what}: ${format(size)}${allowed} bytes with brotli`;
    report(line);
    if (limit !== undefined && size > limit) beyond.push(line);
  }
  if (beyond.length > 0) throw new Error(`Too big. ${beyond.join('; ')}.`);
}

function format(bytes: number): string {
  return bytes.toLocaleString('en');
}
