import { expect, it } from 'vitest';
import { openAttackStage, statusOf, victimLines } from '../attack-stage.ts';

/*
 * A session that is written while an answer streams has lost its headers: the cookie is never sent, or lands on an answer
 * that a cache shares (express-openid-connect 3.0 to 3.2.1). Only connecting sets the cookie, before its body, and only
 * disconnecting clears it; whatever Alpaca or the proxy answers sets none.
 */
it('no relayed, refused or failed answer touches the session cookie', async () => {
  await using attack = await openAttackStage();
  const { control } = attack.stage.simulator;
  const faults = [{ kind: 'answer', status: 500 }, { kind: 'drop' }] as const;
  for (const fault of faults) control.addFault({ path: '/paper/v2/clock', method: 'POST', ...fault });
  control.addFault({ path: '/paper/v2/positions', kind: 'drop' });
  for (const line of [
    'GET /alpaca/paper/v2/account',
    'HEAD /alpaca/paper/v2/account',
    'GET /alpaca/data/v2/stocks/AAPL/bars',
    'GET /alpaca/live/v2/account',
    'GET /alpaca/paper/v2/positions',
    'GET /alpaca/paper/v2/nothing',
    'DELETE /alpaca/paper/v2/orders',
    'GET /alpaca/connections',
  ]) {
    const answer = await attack.raw(`${line} HTTP/1.1\r\n${victimLines(attack)}\r\n`);
    expect(statusOf(answer), line).not.toBe(0);
    expect(answer, line).not.toMatch(/^set-cookie:/im);
  }
  const gone = await attack.raw(`DELETE /alpaca/connections/paper HTTP/1.1\r\n${victimLines(attack)}\r\n`);
  expect(gone).toMatch(/^set-cookie: alpaca\.sid=;.*Max-Age=0/im);
});
