import { expect, it } from 'vitest';
import { APP, authorizeUrl, openBrokerStage, Person, proofKey } from '../server/broker/broker-stage.ts';
import { hostileQueries } from '../server/http/hostile-targets.ts';
import { disguisedTargets } from './disguised-targets.ts';

const PROOF = { code_challenge: proofKey().challenge, code_challenge_method: 'S256' };
const REGISTERED = APP.redirectUris[0] ?? '';

/** What parsers of URLs disagree about, around the address that is registered. */
const AROUND = [
  ...[
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'null',
    '/',
    '.',
  ],
  ...[
    'https:evil.example',
    'https:/evil.example',
    'https:///evil.example',
    'https:\\\\evil.example',
    'blob:https://evil.example/x',
  ],
  `https://trading-app.example@evil.example/callback`,
  `https://trading-app.example:443/callback`,
  `https://user:pw@trading-app.example/callback`,
  `https://trading-app.example.evil.example/callback`,
  `https://evil.example/?${REGISTERED}`,
  `https://evil.example/#${REGISTERED}`,
  `https://evil.example\\@trading-app.example/callback`,
  `https://evil.example%2f@trading-app.example/callback`,
  `https://trading-app.example%2eevil.example/callback`,
  `https://trading-app\u3002example/callback`,
  `https://xn--trading-app-.example/callback`,
  ...[
    '/..',
    '/../callback',
    '//',
    '/.',
    '/%2e%2e/',
    ';x',
    '?',
    '?x=1',
    '#',
    '#x',
    '%23',
    '%3f',
    '%00',
    '%0d%0aSet-Cookie:x=1',
    '/callback',
    '@evil.example',
    '.evil.example',
    '\\',
    '&code=stolen',
    ',https://evil.example',
  ].map((tail) => REGISTERED + tail),
];

/*
 * Somebody sends a person a link to the broker's authorize endpoint that leads, after consent or by an error, to a page of the
 * sender's own. Whatever an address looks like: if Alpaca does not list it byte for byte, the person gets a page and no redirect.
 */
it('redirects to nothing that is not registered, whatever string stands in redirect_uri', {
  timeout: 120_000,
}, async () => {
  await using stage = await openBrokerStage();
  const strings = [
    ...new Set([...disguisedTargets(), ...hostileQueries, ...AROUND]),
    ...disguisedTargets().map((target) => `https://trading-app.example${target}`),
  ].filter((text) => text !== REGISTERED);
  expect(strings.length).toBeGreaterThan(2_900);
  const outcomes = new Set<number>();
  while (strings.length > 0) {
    await Promise.all(
      strings.splice(0, 25).map(async (redirect_uri) => {
        const ask = () => new Person(stage).get(authorizeUrl({ ...PROOF, redirect_uri }));
        // Node closes the socket of a 431, at times just when the next request was put on it.
        const answer = await ask().catch(ask);
        const text = await answer.text();
        expect([redirect_uri, answer.headers.get('location')]).toEqual([redirect_uri, null]);
        expect(text).not.toMatch(/evil\.example|<form/);
        outcomes.add(answer.status);
      }),
    );
  }
  // 431 is Node's own, for what is longer than a request may be.
  expect([...outcomes].toSorted()).toEqual([400, 431]);
});
