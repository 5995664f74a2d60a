import { createHash } from 'node:crypto';
import { GUEST, proofKey, type Seen, STRANGER } from './client.ts';
import { expectError, expectThat, pageData, type Rule } from './rule.ts';

/** The cookies of an answer whose name ends in this. */
function cookieOf({ cookies }: Seen, name: RegExp): string | undefined {
  return cookies.find((line) => name.test(line.split('=')[0] ?? '') && !/^[^=]+=;/.test(line));
}

const shown = (line = 'no cookie') => line.replace(/=[^;]*/, '=…');

/** @throws Broken unless it is a host cookie that scripts cannot read */
function expectHostCookie(
  line: string | undefined,
  sameSite: RegExp,
  isSecure: boolean,
): asserts line is string {
  const isRight =
    line !== undefined &&
    /; HttpOnly/i.test(line) &&
    /; Path=\/(?:;|$)/i.test(line) &&
    !/; Domain=/i.test(line) &&
    sameSite.test(line) &&
    (!isSecure || (line.startsWith('__Host-') && /; Secure/i.test(line)));
  expectThat(
    isRight,
    shown(line),
    `Set HttpOnly, Path=/, no Domain, ${sameSite.source}, on https Secure and the prefix __Host-.`,
  );
}

/** From the click to the grant. */
export const rulesOfConnecting: readonly Rule[] = [
  {
    id: 'launch',
    says: 'The launch page is for an origin on the allow-list, in no frame, and does not cut its opener off.',
    async check(world) {
      const page = await world.guest().navigate(`/launch?origin=${encodeURIComponent(GUEST)}`);
      const { headers } = page;
      expectThat(
        page.status === 200 && pageData(page)?.origin === GUEST,
        `${page.status}`,
        'Answer the launch page, with LaunchPageData.',
      );
      const policy = String(headers['content-security-policy']);
      expectThat(
        /frame-ancestors 'none'/.test(policy),
        policy,
        "Send Content-Security-Policy: frame-ancestors 'none'.",
      );
      const opener = headers['cross-origin-opener-policy'] ?? 'unsafe-none';
      expectThat(opener === 'unsafe-none', `COOP ${opener}`, 'Send unsafe-none, or none.');
      expectThat(
        headers['cache-control'] === 'no-store',
        `Cache-Control: ${headers['cache-control']}`,
        'Send no-store.',
      );
      const other = await world.guest().navigate(`/launch?origin=${encodeURIComponent(STRANGER)}`);
      expectThat(
        other.status === 403 && !pageData(other),
        `${other.status} for a stranger`,
        'Refuse with 403, without data.',
      );
    },
  },
  {
    id: 'prefetch',
    says: 'What is no navigation of a person gets neither a launch page nor a grant, and uses nothing up.',
    async check(world) {
      const client = world.guest();
      const speculative = { 'sec-purpose': 'prefetch;prerender' };
      const launch = await client.navigate(`/launch?origin=${encodeURIComponent(GUEST)}`, speculative);
      expectThat(launch.status >= 400 && !pageData(launch), `launch: ${launch.status}`, 'Refuse it.');
      const { callback } = await world.grant(client);
      for (const headers of [speculative, { 'sec-fetch-dest': 'image' }]) {
        const page = await client.navigate(callback, headers);
        expectThat(
          !pageData(page),
          `callback: ${page.status} with a grant`,
          'Give no grant to a prefetch or a picture.',
        );
      }
      const again = await client.navigate(callback);
      expectThat(pageData(again)?.grant, `then ${again.status}`, 'Give the person the grant when they come.');
    },
  },
  {
    id: 'attempt-cookie',
    says: 'Each attempt has a cookie of its own, named by a hash of its state, HttpOnly and Lax.',
    async check(world) {
      const client = world.guest();
      const first = await world.start(client, proofKey());
      const hash = createHash('sha256').update(String(first.json['state'])).digest('base64url');
      const line = cookieOf(first, /alpaca\.attempt\./);
      expectHostCookie(line, /SameSite=Lax/i, world.base.protocol === 'https:');
      expectThat(
        line.includes(`alpaca.attempt.${hash}=`),
        shown(line),
        'Name it by base64url(SHA-256(state)).',
      );
      await world.start(client, proofKey());
      const kept = [...client.jar.keys()].filter((name) => name.includes('attempt'));
      expectThat(kept.length === 2, `${kept.length} cookies of two attempts`, 'Let tabs not collide.');
    },
  },
  {
    id: 'attempt-page',
    says: 'Only a page of the backend’s own origin starts an attempt or leaves a grant in the mailbox.',
    async check(world) {
      const body = { environment: 'paper', codeChallenge: proofKey().codeChallenge, origin: GUEST };
      const answer = await world.guest().call('/attempts', { method: 'POST', body });
      expectError(answer, 403, 'origin_not_allowed', 'Refuse POST /attempts of any other page.');
      const { attempt, grant } = await world.grant(world.guest());
      const deposit = await world.guest().call(`/mailbox/${attempt}`, { method: 'POST', body: { grant } });
      expectError(deposit, 403, 'origin_not_allowed', 'Refuse POST /mailbox of any other page.');
    },
  },
  {
    id: 'attempt-origin',
    says: 'An attempt is for an origin on the allow-list.',
    async check(world) {
      const answer = await world.start(world.client(STRANGER), proofKey());
      expectError(answer, 403, 'origin_not_allowed', 'Compare the body’s origin with the allow-list.');
    },
  },
  {
    id: 'bad-request',
    says: 'A body that is not of the documented shape is refused.',
    async check(world) {
      const { codeChallenge } = proofKey();
      const right = { environment: 'paper', codeChallenge, origin: GUEST };
      for (const body of [
        {},
        { ...right, more: 1 },
        { ...right, codeChallenge: 'short' },
        { ...right, environment: 'all' },
      ]) {
        const answer = await world.guest().callAsPopup('/attempts', body);
        expectError(answer, 400, 'bad_request', `Refuse ${Object.keys(body).join(', ') || 'an empty body'}.`);
      }
    },
  },
  {
    id: 'authorization-url',
    says: 'The authorization URL has code, client, exact redirect URI, scope, and a state of 128 bits and more.',
    async check(world) {
      const states = new Set<string>();
      for (const _ of [1, 2]) {
        const { json } = await world.start(world.guest(), proofKey(), { scope: 'trading' });
        const url = new URL(String(json['authorizationUrl']));
        const of = (name: string) => url.searchParams.get(name);
        expectThat(
          `${url.origin}${url.pathname}` === world.simulator.authorizeUrl,
          url.pathname,
          'Send people to ALPACA_AUTHORIZE_URL.',
        );
        const isRight =
          of('response_type') === 'code' &&
          of('redirect_uri') === `${world.base.href}/callback` &&
          of('scope') === 'trading';
        expectThat(
          isRight,
          `response_type ${of('response_type')}, redirect_uri ${of('redirect_uri')}, scope ${of('scope')}`,
          'Use code, and the registered address byte for byte.',
        );
        const state = of('state') ?? '';
        expectThat(
          state.length >= 22 && state === json['state'],
          `a state of ${state.length} characters`,
          'Make it of 128 random bits or more.',
        );
        states.add(state);
      }
      expectThat(states.size === 2, 'the same state twice', 'Make it anew for each attempt.');
    },
  },
  {
    id: 'callback-cookie',
    says: 'The callback refuses a state that was not started in this browser.',
    async check(world) {
      const { callback } = await world.grant(world.guest());
      for (const address of [callback, '/callback?code=x&state=x', '/callback']) {
        const page = await world.guest().navigate(address);
        expectThat(
          page.status === 400 && !pageData(page),
          `${page.status}${pageData(page) ? ' with a grant' : ''}`,
          'Want the sealed cookie of this very state.',
        );
      }
    },
  },
  {
    id: 'denied',
    says: 'A person who denies is told so, and no token is asked for.',
    async check(world) {
      const client = world.guest();
      const granted = await world.grant(client, { decision: 'deny' });
      expectThat(
        granted.error?.code === 'access_denied',
        `error ${granted.error?.code}`,
        'Write access_denied into the page.',
      );
      const hits = await world.hitsDuring(async () => {
        expectError(
          await world.exchange(client, granted),
          403,
          'access_denied',
          'Seal the refusal into the grant.',
        );
      });
      expectThat(hits === 0, `${hits} requests to Alpaca`, 'Send nothing.');
    },
  },
  {
    id: 'mailbox',
    says: 'Only who has the verifier collects a grant from the mailbox, at the page that started the attempt.',
    async check(world) {
      const client = world.guest();
      const granted = await world.grant(client);
      const path = `/mailbox/${granted.attempt}`;
      const left = await client.callAsPopup(path, { grant: granted.grant });
      expectThat(left.status === 204, `deposit: ${left.status}`, 'Take it with 204.');
      const collect = (who: typeof client, verifier: string) =>
        who.call(path, { headers: { 'x-alpaca-connect-verifier': verifier } });
      expectError(
        await collect(client, proofKey().codeVerifier),
        403,
        'exchange_failed',
        'Compare S256(verifier) with the challenge.',
      );
      expectError(
        await collect(world.client(), granted.codeVerifier),
        403,
        'exchange_failed',
        'Compare the origin.',
      );
      const own = await collect(client, granted.codeVerifier);
      expectThat(own.json['grant'] === granted.grant, `collect: ${own.status}`, 'Answer {grant}.');
    },
  },
  {
    id: 'sealed-code',
    says: 'No byte of Alpaca’s code comes back.',
    async check(world) {
      await world.grant(world.guest());
      const seen = world.codes.some((code) => world.transcript.holds(code));
      expectThat(!seen, 'a code in an answer', 'Seal the code into the grant.');
    },
  },
];
