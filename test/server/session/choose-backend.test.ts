import { describe, expect, it, onTestFinished } from 'vitest';
import { chooseBackend } from '../../../server/session/choose-backend.ts';
import { RedisBackend } from '../../../server/session/redis.ts';
import { SqliteBackend } from '../../../server/session/sqlite.ts';
import { temporaryFile } from './temporary-file.ts';

describe('chooseBackend()', () => {
  it('takes Redis when its address is set, otherwise the SQLite file', async () => {
    const sessionFile = await temporaryFile();
    const redisUrl = new URL('redis://127.0.0.1:1');
    const chosen = [redisUrl, null].map((url) => chooseBackend({ redisUrl: url, sessionFile }));
    onTestFinished(async () => void (await Promise.all(chosen.map((backend) => backend.close()))));
    expect(chosen).toEqual([expect.any(RedisBackend), expect.any(SqliteBackend)]);
  });
});
