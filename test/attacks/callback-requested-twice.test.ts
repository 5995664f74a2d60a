import { expect, it } from 'vitest';
import type { AttemptAnswer } from '../../server/contract.ts';
import { openStage, type Stage } from '../stage.ts';
import { callbackData, Visitor } from '../visitor.ts';

interface Attempt {
  codeVerifier: string;
  /** Where Alpaca sends the person, with the code. */
  callback: string;
}

async function consent(visitor: Visitor): Promise<Attempt> {
  const { codeVerifier, codeChallenge } = Visitor.proofKey();
  const attempt = (await (await visitor.startAttempt({ codeChallenge })).json()) as AttemptAnswer;
  return { codeVerifier, callback: await visitor.decide(attempt.authorizationUrl) };
}

async function grantOf(visitor: Visitor, callback: string): Promise<string> {
  return (await callbackData(await visitor.visit(callback))).grant;
}

/** The same callback with a code that Alpaca does not know, as an older one of two is. */
function withDeadCode(callback: string): string {
  const url = new URL(callback);
  url.searchParams.set('code', `dead-${url.searchParams.get('code')}`);
  return url.href;
}

function codesAsked(stage: Stage): number {
  return stage.simulator.control.tokenCalls;
}

/*
 * The callback address stays in the history of the browser, where a reload, the back button or somebody at the same machine
 * asks for it again; some providers redirect twice. The person whose it is must end connected, and everybody else must
 * get nothing: the attempt is used once, however many grants it got.
 */
it('POST /connections uses an attempt once, whichever of its grants comes first', async () => {
  await using stage = await openStage();
  for (const chosen of [0, 1, 2]) {
    const visitor = new Visitor(stage);
    const before = codesAsked(stage);
    const { codeVerifier, callback } = await consent(visitor);
    const grants = [];
    for (const _ of Array(3)) grants.push(await grantOf(visitor, callback));
    expect(new Set(grants).size).toBe(3);

    const connection = await (await visitor.exchange(grants[chosen] ?? '', codeVerifier)).json();
    for (const grant of grants) {
      // An answer may be lost on its way, so it is given again.
      const answer = await visitor.exchange(grant, codeVerifier);
      expect([answer.status, await answer.json()]).toEqual([201, connection]);
    }
    expect(codesAsked(stage) - before).toBe(1);
    expect(await (await visitor.call('/connections')).json()).toMatchObject({ connections: [{}] });
  }
});

it('POST /connections makes one token call of a hundred parallel posts of different grants of one attempt', async () => {
  await using stage = await openStage();
  const visitor = new Visitor(stage, { origin: stage.foreignUrl });
  const { codeVerifier, callback } = await consent(visitor);
  const grants = await Promise.all(Array.from({ length: 100 }, () => grantOf(visitor, callback)));

  const answers = await Promise.all(grants.map((grant) => visitor.exchange(grant, codeVerifier)));

  expect(answers.filter(({ status }) => status === 201)).toHaveLength(100);
  const connections = await Promise.all(answers.map((answer) => answer.text()));
  expect(new Set(connections).size).toBe(1);
  expect(codesAsked(stage)).toBe(1);
});

it('GET /callback gives no grant of an attempt that was completed in this browser', async () => {
  await using stage = await openStage();
  const visitor = new Visitor(stage);
  const { codeVerifier, callback } = await consent(visitor);
  await visitor.exchange(await grantOf(visitor, callback), codeVerifier);
  const again = await visitor.visit(callback);
  expect(again.status).toBe(400);
  const page = await again.text();
  expect(page).not.toContain('alpaca-connect-data');
  expect(page).toContain('This connection was already completed.');
});

/*
 * A provider redirects twice, with two codes, of which the first is void. The second may still be used, and whoever has
 * the verifier must not make it an oracle for codes: two token calls an attempt, and never one code twice.
 */
it('POST /connections tries one other code of the attempt after Alpaca did not accept the first, and no more', async () => {
  await using stage = await openStage();
  const visitor = new Visitor(stage);
  const { codeVerifier, callback } = await consent(visitor);
  const dead = await grantOf(visitor, withDeadCode(callback));
  const deadAgain = await grantOf(visitor, withDeadCode(callback));
  const good = await grantOf(visitor, callback);

  expect(await (await visitor.exchange(dead, codeVerifier)).json()).toMatchObject({
    code: 'exchange_failed',
  });
  expect((await visitor.exchange(deadAgain, codeVerifier)).status).toBe(424);
  expect(codesAsked(stage)).toBe(1);
  const answers = await Promise.all([good, good, good].map((grant) => visitor.exchange(grant, codeVerifier)));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  const connections = await Promise.all(answers.map((answer) => answer.text()));
  expect(new Set(connections).size).toBe(1);
  expect(codesAsked(stage)).toBe(2);
});

it('POST /connections tries no third code', async () => {
  await using stage = await openStage();
  const visitor = new Visitor(stage);
  const { codeVerifier, callback } = await consent(visitor);
  for (const _ of Array(4)) {
    const answer = await visitor.exchange(
      await grantOf(visitor, withDeadCode(callback).replace('dead-', `dead-${codesAsked(stage)}-`)),
      codeVerifier,
    );
    expect(answer.status).toBe(424);
  }
  expect((await visitor.exchange(await grantOf(visitor, callback), codeVerifier)).status).toBe(424);
  expect(codesAsked(stage)).toBe(2);
});
