import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { SqliteBackend } from '../../../server/session/sqlite.ts';
import { kept } from '../../kept.ts';
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

  it('waits for the disk with every write but one that may be lost, which others see at once, and also after that failed', async () => {
    const file = await temporaryFile();
    const [backend, other] = [open(file), open(file)];
    await backend.put('key', record, later);
    const exec = vi.spyOn(BetterSqlite3.prototype, 'exec');
    onTestFinished(() => exec.mockRestore());
    const touched = Buffer.from('touched');
    expect(await backend.replace('key', record, touched, later, { mayBeLost: true })).toBe(true);
    const pragmas = [['PRAGMA synchronous = NORMAL'], ['PRAGMA synchronous = FULL']];
    expect(exec.mock.calls).toEqual(pragmas);
    expect(await other.get('key')).toEqual(touched);
    await backend.replace('key', touched, record, later);
    await backend.remove('another', later);
    expect(exec.mock.calls).toEqual(pragmas);

    const writer = kept(new BetterSqlite3(file));
    onTestFinished(() => void writer.close());
    writer.exec('BEGIN IMMEDIATE');
    exec.mockClear();
    await expect(backend.replace('key', record, touched, later, { mayBeLost: true })).rejects.toThrow(
      'locked',
    );
    expect(exec.mock.calls).toEqual(pragmas);
  });

  describe('deletes by itself', () => {
    const START = 1_700_000_000_000;
    const MINUTE = 60_000;
    const HOUR = 60 * MINUTE;
    const DAY = 24 * HOUR;

    /** A file with a row that is over, a tombstone that is, and a row that lives an hour more, and how it is purged. */
    async function purging() {
      const file = await temporaryFile();
      const time = { elapsed: 0, error: 0 };
      let looks = 0;
      const now = () => {
        looks += 1;
        return START + time.elapsed + time.error;
      };
      const backend = new SqliteBackend({ file, now, elapsed: () => time.elapsed, purgeInterval: 1 });
      onTestFinished(() => backend.close());
      await backend.put('expired', record, START - 1);
      await backend.remove('expired tombstone', START - 1);
      await backend.put('alive', record, START + 12 * HOUR);
      const reader = kept(new BetterSqlite3(file, { readonly: true }));
      onTestFinished(() => void reader.close());
      return {
        backend,
        time,
        keys: () => kept(reader.prepare('SELECT key FROM records ORDER BY key')).pluck().all(),
        /** Resolves when the purge has looked at the clock, and done what follows from it. */
        async purged() {
          const before = looks;
          while (looks < before + 3) await new Promise((resolve) => setTimeout(resolve, 1));
        },
      };
    }

    it('what was expired for an hour, and nothing else', async () => {
      const { time, keys, purged } = await purging();
      await purged();
      time.elapsed += HOUR - 1;
      await purged();
      expect(keys()).toEqual(['alive', 'expired', 'expired tombstone']);
      time.elapsed += 1;
      await purged();
      expect(keys()).toEqual(['alive']);
    });

    it('nothing because the clock is two days ahead for a minute', async () => {
      const { backend, time, keys, purged } = await purging();
      await purged();
      time.elapsed += 2 * HOUR;
      await purged();
      time.error = 2 * DAY;
      await purged();
      time.elapsed += MINUTE;
      await purged();
      time.error = 0;
      await purged();
      time.elapsed += 2 * HOUR;
      await purged();
      expect(keys()).toEqual(['alive']);
      expect(await backend.get('alive')).toEqual(record);
    });

    it('nothing because the clock was two days ahead when the server started', async () => {
      const { backend, time, keys, purged } = await purging();
      time.error = 2 * DAY;
      expect(await backend.get('alive')).toBeUndefined();
      await purged();
      time.elapsed += MINUTE;
      await purged();
      time.error = 0;
      for (let minute = 0; minute < 90; minute += 10) {
        time.elapsed += 10 * MINUTE;
        await purged();
      }
      expect(keys()).toEqual(['alive']);
      expect(await backend.get('alive')).toEqual(record);
    });
  });

  it('refuses a file of another schema version', async () => {
    const file = await temporaryFile();
    const other = kept(new BetterSqlite3(file));
    other.exec('PRAGMA user_version = 2');
    other.close();
    expect(() => new SqliteBackend({ file })).toThrow(/schema version is 2.*SESSION_FILE/);
  });

  it('refuses the database of another program', async () => {
    const file = await temporaryFile();
    const other = kept(new BetterSqlite3(file));
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
