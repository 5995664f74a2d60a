// A page that somebody visits shows ten pictures whose addresses are that of the launch page in redirect mode. Without a
// check, each would count as an attempt of its visitor, who could then not connect for a minute.
import { describe, expect, it } from 'vitest';
import { openStage } from '../../stage.ts';

const QUERY = new URLSearchParams({ mode: 'redirect', environment: 'paper', code_challenge: 'x'.repeat(43) });

describe('GET /launch', () => {
  it('counts what is opened as a page, and refuses what is embedded before it counts', async () => {
    await using stage = await openStage({ environment: { CONNECTS_PER_MINUTE: '2' } });
    const address = `${stage.url}/alpaca/launch?${QUERY}&return_to=${encodeURIComponent(`${stage.url}/`)}`;
    const open = (destination?: string) =>
      fetch(address, {
        headers: destination === undefined ? {} : { 'Sec-Fetch-Dest': destination },
        redirect: 'manual',
      });
    for (const embedded of ['image', 'script', 'empty', 'iframe']) {
      expect((await open(embedded)).status).toBe(400);
    }
    expect((await open('document')).status).toBe(303);
    // As browsers without Fetch Metadata do.
    expect((await open()).status).toBe(303);
    expect((await open('document')).status).toBe(429);
  });
});
