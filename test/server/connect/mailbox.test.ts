import { describe, expect, it } from 'vitest';
import { openGrant, sealGrant } from '../../../server/connect/grant.ts';
import { steadyNow } from '../../../server/session/steady-clock.ts';
import { openStage, type Stage } from '../../stage.ts';
import { Visitor } from '../../visitor.ts';

const deposit = (visitor: Visitor, attempt: string, body: unknown) =>
  visitor.call(`/mailbox/${attempt}`, { method: 'POST', body });
const collect = (visitor: Visitor, attempt: string, codeVerifier: string) =>
  visitor.call(`/mailbox/${attempt}`, { headers: { 'X-Alpaca-Connect-Verifier': codeVerifier } });

function changed(stage: Stage, sealed: string, change: object): string {
  const grant = openGrant(stage.service.sealer, sealed);
  if (!grant) throw new Error('The callback delivered something else than a grant.');
  return sealGrant(stage.service.sealer, { ...grant, ...change });
}

describe('GET /mailbox/:attempt', () => {
  it('gives the grant again to whoever lost the first answer, until it expires', async () => {
    await using stage = await openStage();
    const owner = new Visitor(stage);
    const { attempt, grant, codeVerifier } = await owner.obtainGrant();
    await deposit(owner, attempt, { grant });
    expect(await (await collect(owner, attempt, codeVerifier)).json()).toEqual({ grant });
    expect(await (await collect(owner, attempt, codeVerifier)).json()).toEqual({ grant });
    const late = changed(stage, grant, { expires: steadyNow() });
    await stage.service.records.put('mailbox', attempt, late, steadyNow());
    expect(await stage.service.records.read('mailbox', attempt)).toBeUndefined();
  });

  it('tells why there is no grant when the person refused, and gives none', async () => {
    await using stage = await openStage();
    const owner = new Visitor(stage);
    const { attempt, grant, codeVerifier } = await owner.obtainGrant({ decision: 'deny' });
    await deposit(owner, attempt, { grant });
    expect(await (await collect(owner, attempt, codeVerifier)).json()).toEqual({
      error: 'access_denied',
      message: expect.stringContaining('Nothing was connected'),
    });
  });

  it("answers a page of the server's own origin, whose GET carries no Origin", async () => {
    await using stage = await openStage();
    const owner = new Visitor(stage);
    const { attempt, grant, codeVerifier } = await owner.obtainGrant();
    await deposit(owner, attempt, { grant });
    const answer = await fetch(`${stage.url}/alpaca/mailbox/${attempt}`, {
      headers: {
        'X-Alpaca-Connect': '1',
        'X-Alpaca-Connect-Verifier': codeVerifier,
        'Sec-Fetch-Site': 'same-origin',
      },
    });
    expect(await answer.json()).toEqual({ grant });
  });
});

describe('POST /mailbox/:attempt', () => {
  it('refuses a grant that has expired', async () => {
    await using stage = await openStage();
    const visitor = new Visitor(stage);
    const { attempt, grant } = await visitor.obtainGrant();
    const late = changed(stage, grant, { expires: steadyNow() });
    const answer = await deposit(visitor, attempt, { grant: late });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'attempt_expired' });
    expect(await stage.service.records.read('mailbox', attempt)).toBeUndefined();
  });

  it('refuses what is no deposit: no grant, one too long, a field too many, a mailbox of no attempt', async () => {
    await using stage = await openStage();
    const visitor = new Visitor(stage);
    const { attempt, grant } = await visitor.obtainGrant();
    for (const body of [
      {},
      { grant: '' },
      { grant: 'g'.repeat(8_193) },
      { grant, more: 1 },
      [grant],
      'grant',
    ]) {
      const answer = await deposit(visitor, attempt, body);
      expect(`${JSON.stringify(body).slice(0, 40)} ${answer.status}`).toMatch(/ 400$/);
      expect(await answer.json()).toMatchObject({ code: 'bad_request' });
    }
    for (const name of ['x', attempt.slice(1), `${attempt}A`, `${attempt.slice(1)}.`]) {
      const answers = [await deposit(visitor, name, { grant }), await collect(visitor, name, 'v'.repeat(43))];
      for (const answer of answers) {
        expect(answer.status).toBe(400);
        expect(await answer.json()).toMatchObject({ code: 'bad_request' });
      }
    }
  });
});
