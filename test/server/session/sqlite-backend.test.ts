import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SqliteBackend } from '../../../server/session/sqlite-backend.ts';
import { describeRecordBackend } from './record-backend.conformance.ts';
import { temporaryFile } from './temporary-file.ts';

const later = Date.now() + 3_600_000;
const record = Buffer.from('record');

describeRecordBackend('SqliteBackend', async () => new SqliteBackend({ file: await temporaryFile() }));

function open(file: string): SqliteBackend {
  const backend = new SqliteBackend({ file });
  onTestFinished(() => backend.close());
  return backend;
}

/** Another process that writes numbered records into the file, and prints each number once it was acknowledged. */
function startWriter(file: string, prefix: string, count: number) {
  const program = fileURLToPath(new URL('./write-records.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, file, prefix, `${count}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, lines: createInterface({ input: child.stdout }) };
}

describe('SqliteBackend', () => {
  it('makes the file for this user only, and a missing directory too', async () => {
    const file = join(dirname(await temporaryFile()), 'state', 'sessions.sqlite');
    await open(file).put('key', record, later);
    expect((await stat(dirname(file))).mode & 0o777).toBe(0o700);
    for (const name of await readdir(dirname(file))) {
      expect((await stat(join(dirname(file), name))).mode & 0o777, name).toBe(0o600);
    }
  });

  it('keeps records and tombstones over a restart, in one file', async () => {
    const file = await temporaryFile();
    const first = open(file);
    await first.put('kept', record, later);
    await first.remove('ended', later);
    await first.close();
    expect(await readdir(dirname(file))).toEqual(['sessions.sqlite']);
    const second = open(file);
    expect(await second.get('kept')).toEqual(record);
    expect(await second.put('ended', record, later)).toBe(false);
  });

  it('deletes expired rows by itself, and nothing else', async () => {
    const file = await temporaryFile();
    const backend = open(file);
    await backend.put('expired', record, Date.now() - 1);
    await backend.remove('expired tombstone', Date.now() - 1);
    await backend.put('alive', record, later);
    await backend.close();
    const purging = new SqliteBackend({ file, purgeInterval: 1 });
    onTestFinished(() => purging.close());
    const reader = new BetterSqlite3(file, { readonly: true });
    onTestFinished(() => void reader.close());
    const keys = () => reader.prepare('SELECT key FROM records').pluck().all();
    await expect.poll(keys).toEqual(['alive']);
  });

  it('refuses a file of another schema version', async () => {
    const file = await temporaryFile();
    const other = new BetterSqlite3(file);
    other.pragma('user_version = 2');
    other.close();
    expect(() => new SqliteBackend({ file })).toThrow(/schema version is 2.*SESSION_FILE/);
  });

  it('refuses the database of another program', async () => {
    const file = await temporaryFile();
    const other = new BetterSqlite3(file);
    other.exec('CREATE TABLE theirs (id)');
    other.close();
    expect(() => new SqliteBackend({ file })).toThrow(/another program/);
  });

  it('refuses a file that is no database, and a path that is a directory', async () => {
    const file = await temporaryFile();
    await writeFile(file, 'certainly not SQLite, but long enough to have a header'.repeat(10));
    expect(() => new SqliteBackend({ file })).toThrow(/SESSION_FILE/);
    const directory = await temporaryFile('directory');
    await mkdir(directory);
    expect(() => new SqliteBackend({ file: directory })).toThrow(/SESSION_FILE/);
  });

  it('probe() rejects when the file was replaced under the running server', async () => {
    const file = await temporaryFile();
    const backend = open(file);
    await rename(file, `${file}.old`);
    await expect(backend.probe()).rejects.toThrow();
    await writeFile(file, '');
    await expect(backend.probe()).rejects.toThrow(/Restart/);
  });

  it.skipIf(process.getuid?.() === 0)('refuses a file that it may not write', async () => {
    const file = await temporaryFile();
    await writeFile(file, '');
    await chmod(file, 0o400);
    expect(() => new SqliteBackend({ file })).toThrow(/SESSION_FILE/);
  });

  it('two processes open and fill one new file at once', { timeout: 60_000 }, async () => {
    const file = await temporaryFile();
    const writers = ['a', 'b'].map((prefix) => startWriter(file, prefix, 50));
    const exits = await Promise.all(writers.map(({ child }) => once(child, 'exit')));
    expect(exits).toEqual([
      [0, null],
      [0, null],
    ]);
    const backend = open(file);
    for (const key of ['a0', 'a49', 'b0', 'b49']) expect(await backend.get(key)).toEqual(Buffer.from(key));
  });

  it('loses no acknowledged record of a process that is killed while it writes', {
    timeout: 60_000,
  }, async () => {
    const file = await temporaryFile();
    const { child, lines } = startWriter(file, 'k', 1_000_000);
    const acknowledged: string[] = [];
    for await (const line of lines) {
      acknowledged.push(line);
      if (acknowledged.length === 100) child.kill('SIGKILL');
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(100);
    const backend = open(file);
    for (const key of acknowledged) expect(await backend.get(key)).toEqual(Buffer.from(key));
  });
});
