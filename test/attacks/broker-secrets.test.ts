import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SIMULATOR_PARTNER } from '../../demo/simulator/index.ts';
import { APP, exchange, openBrokerStage, Person, proofKey } from '../server/broker/broker-stage.ts';

/*
 * Codes, tokens, secrets and account ids are worth an account. They stand where they have to (a code in the redirect, a token in the
 * answer to its app) and in no other byte that the service sends, logs or keeps in the clear, failures included.
 */
it('no other answer, no log line and no byte of the store holds a code, a token, a secret or an account id', async () => {
  await using stage = await openBrokerStage({
    options: { revokeBy: 'access_token', tokens: { expiresIn: 3_600 } },
  });
  const person = new Person(stage);
  const sent: string[] = [];
  const secrets: string[] = [APP.clientSecret, SIMULATOR_PARTNER.clientSecret];
  const keep = async (answer: Response) => {
    sent.push(JSON.stringify([...answer.headers]), await answer.text());
  };
  const newCode = async (verifier: { challenge: string }) => {
    const proof = { code_challenge: verifier.challenge, code_challenge_method: 'S256' };
    const page = await (await person.authorize(proof)).text();
    sent.push(page);
    const answer = await person.decide(page, 'allow');
    const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
    secrets.push(code);
    return code;
  };
  for (const fault of [undefined, 401, 422, 500] as const) {
    const key = proofKey();
    const code = await newCode(key);
    secrets.push(key.verifier);
    if (fault !== undefined) {
      // An API that echoes what it was sent, as error pages do.
      const body = JSON.stringify(`${fault}: ${APP.clientSecret} ${code}`);
      stage.api.control.addFault({ path: '/v1/oauth/token', kind: 'answer', status: fault, body, times: 1 });
    }
    const answer = await exchange(stage, { code, code_verifier: key.verifier });
    if (fault === undefined) {
      const tokens = (await answer.json()) as { access_token: string; refresh_token: string };
      secrets.push(tokens.access_token, tokens.refresh_token);
      await keep(
        await exchange(stage, { grant_type: 'refresh_token', refresh_token: `${tokens.refresh_token}x` }),
      );
    } else {
      await keep(answer);
    }
    await keep(await exchange(stage, { code, code_verifier: key.verifier }));
  }
  await keep(await person.get('/oauth/grants'));
  await keep(await person.get(`/oauth/authorize?client_id=${secrets[2]}&code=${secrets[2]}`));
  await keep(await person.get(`/oauth/${secrets[2]}`));
  const accounts = [...stage.users.values()].flatMap((user) =>
    user.accounts.flatMap(({ id, number }) => [id, number]),
  );
  const file = stage.options.store.file ?? '';
  const stored = [file, `${file}-wal`].map((path) => readFileSync(path).toString('latin1')).join('');

  expect(secrets.length).toBeGreaterThan(10);
  expect(secrets.every((secret) => secret.length >= 16)).toBe(true);
  expect(stage.logged()).toContain('"event":"broker_token_issued"');
  expect(sent.join('')).toContain('Trading App');
  expect(stored.length).toBeGreaterThan(1_000);
  for (const secret of [...secrets, ...accounts]) {
    expect(sent.some((text) => text.includes(secret))).toBe(false);
    expect(stage.logged()).not.toContain(secret);
    expect(stored.includes(secret)).toBe(false);
  }
});
