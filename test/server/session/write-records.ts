import { writeSync } from 'node:fs';
import { SqliteBackend } from '../../../server/session/sqlite.ts';

// Run by sqlite-backend.test.ts as a process of its own: writes records and prints each key once it was acknowledged.
const [file = '', prefix = '', count = '0'] = process.argv.slice(2);
const backend = new SqliteBackend({ file });
for (let n = 0; n < Number(count); n++) {
  const key = `${prefix}${n}`;
  if (!(await backend.create(key, Buffer.from(key), Date.now() + 3_600_000)))
    throw new Error(`${key} was refused.`);
  writeSync(1, `${key}\n`);
}
await backend.close();
