import { type CommandParser, defineScript } from '@redis/client';

/*
 * The operations of `RecordBackend` that Redis has no single command for. Redis runs a script as one step that nothing
 * comes between. A tombstone is an empty string, which no record is: a sealed one has a head and a tag.
 *
 * Times arrive as milliseconds from now, reckoned by this server's clock. `PEXPIREAT` would go by the clock of Redis:
 * one that runs ahead would forget that a grant was used while this server still accepts the grant.
 */

/** Ends a script: fills the slot for ARGV[2] milliseconds, or empties it when that time is over. */
const fill = `
  if tonumber(ARGV[2]) > 0 then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  else redis.call('DEL', KEYS[1]) end
  return 1`;

const done = (reply: unknown): boolean => reply === 1;

const create = defineScript({
  SCRIPT: `if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end${fill}`,
  NUMBER_OF_KEYS: 1,
  parseCommand: pushFill,
  transformReply: done,
});

const put = defineScript({
  SCRIPT: `if redis.call('GET', KEYS[1]) == '' then return 0 end${fill}`,
  NUMBER_OF_KEYS: 1,
  parseCommand: pushFill,
  transformReply: done,
});

const replace = defineScript({
  SCRIPT: `if ARGV[3] == '' or redis.call('GET', KEYS[1]) ~= ARGV[3] then return 0 end${fill}`,
  NUMBER_OF_KEYS: 1,
  parseCommand(parser: CommandParser, key: string, expected: Buffer, record: Buffer, life: number) {
    pushFill(parser, key, record, life);
    parser.push(expected);
  },
  transformReply: done,
});

const remove = defineScript({
  SCRIPT: `
    local life = math.max(tonumber(ARGV[1]), redis.call('PTTL', KEYS[1]))
    if life > 0 then redis.call('SET', KEYS[1], '', 'PX', life)
    else redis.call('DEL', KEYS[1]) end
    return 1`,
  NUMBER_OF_KEYS: 1,
  parseCommand(parser: CommandParser, key: string, life: number) {
    parser.pushKey(key);
    parser.push(String(life));
  },
  transformReply: done,
});

const take = defineScript({
  SCRIPT: `
    local record = redis.call('GET', KEYS[1])
    if not record or record == '' then return false end
    redis.call('DEL', KEYS[1])
    return record`,
  NUMBER_OF_KEYS: 1,
  parseCommand(parser: CommandParser, key: string) {
    parser.pushKey(key);
  },
  transformReply: (reply: unknown) => reply as Buffer | null,
});

/** Scripts for `createClient()`, which sends one in full only to a Redis that does not hold it yet. */
export const redisScripts = { create, put, replace, remove, take };

function pushFill(parser: CommandParser, key: string, record: Buffer, life: number): void {
  parser.pushKey(key);
  parser.push(record, String(life));
}
