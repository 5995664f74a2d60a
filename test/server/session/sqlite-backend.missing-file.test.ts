import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SqliteBackend } from '../../../server/session/sqlite.ts';
import { openStage } from '../../stage.ts';
import { Visitor } from '../../visitor.ts';
import { temporaryFile } from './temporary-file.ts';

const later = Date.now() + 3_600_000;
const record = Buffer.from('record');

async function opened(): Promise<{ file: string; backend: SqliteBackend }> {
  const file = await temporaryFile();
  const backend = new SqliteBackend({ file });
  onTestFinished(() => backend.close());
  await backend.put('key', record, later);
  return { file, backend };
}

const writes: [string, (backend: SqliteBackend) => Promise<unknown>][] = [
  ['create', (backend) => backend.create('other', record, later)],
  ['put', (backend) => backend.put('key', record, later)],
  ['replace', (backend) => backend.replace('key', record, record, later)],
  ['remove', (backend) => backend.remove('key', later)],
  ['probe', (backend) => backend.probe()],
];

describe('SqliteBackend whose file was deleted', () => {
  it.each(writes)(
    '%s() rejects at once, so that nothing is acknowledged that is lost',
    async (_name, write) => {
      const { file, backend } = await opened();
      rmSync(file);
      await expect(write(backend)).rejects.toThrow(/deleted or replaced/);
    },
  );

  it('get() rejects within a second or so, and not only once', async () => {
    const { file, backend } = await opened();
    rmSync(file);
    const read = () => backend.get('key').then(String, String);
    await expect.poll(read, { timeout: 10_000 }).toContain('deleted or replaced');
    expect(await read()).toContain('deleted or replaced');
  });

  it('works on when the very file is put back, and not with a copy of it', async () => {
    const { file, backend } = await opened();
    copyFileSync(file, `${file}.copy`);
    renameSync(file, `${file}.away`);
    await expect(backend.probe()).rejects.toThrow();
    renameSync(`${file}.copy`, file);
    await expect(backend.probe()).rejects.toThrow(/Restart/);
    renameSync(`${file}.away`, file);
    await backend.probe();
    expect(await backend.get('key')).toEqual(record);
  });
});

it('the server answers 503 instead of connecting somebody into a file that is gone', async () => {
  const file = await temporaryFile();
  await using stage = await openStage({ environment: { SESSION_FILE: file } });
  const visitor = new Visitor(stage);
  const { grant, codeVerifier } = await visitor.obtainGrant();
  rmSync(file);
  const answer = await visitor.exchange(grant, codeVerifier);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ code: 'session_store_unavailable' });
  expect(visitor.cookies.has('alpaca.sid')).toBe(false);
});
