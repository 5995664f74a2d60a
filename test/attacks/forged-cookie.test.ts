import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { openAttempt, sealAttempt } from '../../server/connect/attempt-cookies.ts';
import type { AttemptAnswer } from '../../server/contract.ts';
import { Sealer } from '../../server/session/sealer.ts';
import { openStage } from '../stage.ts';
import { Visitor } from '../visitor.ts';
import { openAttackStage, statusOf, victimLines } from './attack-stage.ts';

/** Ways to write a cookie that careless parsers take for the real one (PortSwigger, Cookie Chaos, 2025), and ways to spoil it. */
function disguises(name: string, value: string): string[] {
  return [
    ...[
      '\u00e2\u0080\u0080',
      '\u00a0',
      '\u0085',
      '$Version=1,',
      '$Version="1"; $',
      '__Host-',
      '%61',
      ',',
    ].map((before) => `${before}${name}=${value}`),
    ...[name.toUpperCase(), `${name}.`, `${name}[]`, encodeURIComponent(name).replace('.', '%2E')].map(
      (spelt) => `${spelt}=${value}`,
    ),
    ...[
      `${name}=tossed; ${name}=${value}`,
      `${name}=; ${name}=${value}`,
      `x="; ${name}=${value}`.replace('; ', ''),
    ],
    ...[
      `${name}==${value}`,
      `${name}="${value}`,
      `${name}=${value}x`,
      `${name}=${value.slice(0, -2)}`,
      `${name}=%`,
    ],
  ];
}

/** Each with another one of its characters changed. */
function flipped(name: string, value: string, every: number): string[] {
  return [...value].flatMap((character, index) =>
    index % every === 0
      ? [`${name}=${value.slice(0, index)}${character === 'x' ? 'y' : 'x'}${value.slice(index + 1)}`]
      : [],
  );
}

/*
 * A sibling subdomain, or plain http, tosses a cookie into the browser: under the same name, under one that only some parser
 * takes for it, or a spoilt copy. None may open the session that it looks like.
 */
it('forged session cookies: 0 of them open the session', async ({ annotate }) => {
  await using attack = await openAttackStage();
  const [name = '', value = ''] = attack.cookie.split(/=(.*)/);
  const forged = [...disguises(name, value), ...flipped(name, value, 1)];
  for (const cookie of forged) {
    const lines = victimLines({ stage: attack.stage, cookie });
    const answer = await attack.raw(`GET /alpaca/paper/v2/account HTTP/1.1\r\n${lines}\r\n`);
    expect(statusOf(answer), cookie).toBe(401);
  }
  expect(attack.hits()).toBe(0);
  await annotate(`forged session cookies: ${forged.length} inputs, ${attack.hits()} upstream hits`);
  for (const cookie of [attack.cookie, `a=b; ${attack.cookie}`, `${attack.cookie}; ${name}=tossed`]) {
    const lines = victimLines({ stage: attack.stage, cookie });
    expect(statusOf(await attack.raw(`GET /alpaca/paper/v2/account HTTP/1.1\r\n${lines}\r\n`))).toBe(200);
  }
});

/*
 * The cookie of an attempt says which page gets the grant. Whoever can forge one, or pass off what was sealed with another key
 * or for another purpose, has the victim's account delivered to a page of their own.
 */
it('forged attempt cookies: 0 of them complete the attempt', async ({ annotate }) => {
  await using stage = await openStage();
  const { sealer } = stage.service;
  const visitor = new Visitor(stage);
  const { state } = (await (await visitor.startAttempt(Visitor.proofKey())).json()) as AttemptAnswer;
  const [[name, value] = ['', '']] = [...visitor.cookies];
  const id = name.slice('alpaca.attempt.'.length);
  const attempt = openAttempt(sealer, id, value);
  if (attempt === undefined) throw new Error('The cookie holds no attempt.');
  const text = JSON.stringify(attempt);
  const sealed = [
    sealAttempt(new Sealer([randomBytes(32)]), attempt),
    sealAttempt(sealer, { ...attempt, expires: Date.now() }),
    ...(['grant', 'session', 'mailbox'] as const).map((purpose) =>
      sealer.seal(purpose, id, text).toString('base64url'),
    ),
    sealer.seal('attempt', '', text).toString('base64url'),
    Buffer.from(text).toString('base64url'),
    text,
  ];
  const bytes = (text: string): string => Buffer.from(text, 'base64url').toString('hex');
  const forged = [
    ...disguises(name, value),
    ...flipped(name, value, 11),
    ...sealed.map((each) => `${name}=${each}`),
    // A stray character that the decoder passes over leaves the very bytes that were sealed: that is no forgery.
  ].filter((each) => !each.startsWith(`${name}=`) || bytes(each.slice(name.length + 1)) !== bytes(value));
  const complete = (cookie: string) =>
    fetch(`${stage.url}/alpaca/callback?code=c&state=${state}`, {
      headers: { Cookie: cookie },
      redirect: 'manual',
    });
  for (const cookie of forged) {
    const answer = await complete(cookie);
    expect(`${cookie} ${answer.status}`).toMatch(/ 400$/);
    expect(await answer.text()).not.toContain('alpaca-connect-data');
  }
  await annotate(
    `forged attempt cookies: ${forged.length} inputs, ${stage.simulator.control.tokenCalls} token calls`,
  );
  expect((await complete(`${name}=${value}`)).status).toBe(200);
});
