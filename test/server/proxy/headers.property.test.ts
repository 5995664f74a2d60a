// The attacker chooses every header of a request, and whoever answers in Alpaca's place every header of the answer. What
// crosses the proxy in either direction must be of our making, whatever they come up with.
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PublicError } from '../../../server/http/errors.ts';
import { type OperationHeader, operationHeaders } from '../../../server/operations.ts';
import { parseBodyFraming } from '../../../server/proxy/read-body.ts';
import { responseHeaders } from '../../../server/proxy/upstream-answer.ts';
import { bearer, buildUpstreamRequest } from '../../../server/proxy/upstream-request.ts';

const NAMES = (
  'authorization proxy-authorization cookie host connection transfer-encoding content-length te trailer upgrade expect ' +
  'keep-alive forwarded x-forwarded-for x_forwarded_user x-original-url accept accept-encoding user-agent x-request-id ' +
  'content-type range apca-api-key-id idempotency-key last-event-id __proto__'
).split(' ');
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('gzip', 'chunked', 'a\r\nX-Evil: 1', ''),
);
const headers = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...NAMES), fc.string({ minLength: 1 })), text), {
  maxLength: 8,
});

function requestWith(entries: readonly (readonly [string, unknown])[], method = 'GET'): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.method = method;
  for (const [name, value] of entries)
    Object.defineProperty(request.headers, name.toLowerCase(), { value, configurable: true });
  return request;
}

function build(request: IncomingMessage, method = 'GET', documented: readonly OperationHeader[] = []) {
  const framing = parseBodyFraming(request);
  const base = { origin: 'https://api.alpaca.example', prefix: '' };
  const parts = {
    base,
    method,
    path: '/v2/orders',
    query: '',
    length: framing.kind === 'sized' ? framing.length : undefined,
    events: false,
    documented,
    accessToken: 'abc',
    requestId: 'r1',
  };
  return buildUpstreamRequest(parts, request).headers;
}

describe('buildUpstreamRequest()', () => {
  it('makes the same headers whatever the client sent, but for a choice between two encodings', () => {
    const accepted = new Set<string | undefined>();
    fc.assert(
      fc.property(headers, (entries) => {
        const safe = entries.filter(([name]) => !/^(?:transfer-encoding|content-length)$/i.test(name));
        const { 'accept-encoding': encoding, ...rest } = build(requestWith(safe));
        accepted.add(encoding);
        expect(rest).toEqual({
          authorization: 'Bearer abc',
          accept: 'application/json, */*;q=0.5',
          'user-agent': 'connect-with-alpaca',
          'x-request-id': 'r1',
        });
      }),
      { numRuns: 3_000 },
    );
    expect([...accepted].sort()).toEqual(['gzip', 'identity']);
  });

  it('adds a documented header with a value that is one visible word, or throws, and adds nothing else', () => {
    const value = fc.oneof(
      text,
      fc.uuid(),
      fc.constantFrom('a, b', 'a b', ' a', 'a'.repeat(128), 'a'.repeat(129)),
    );
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(headers, fc.constantFrom(...operationHeaders), value, (entries, name, given) => {
        const safe = entries.filter(([other]) => !/^(?:transfer-encoding|content-length)$/i.test(other));
        const request = requestWith([...safe, [name, given]]);
        const plain = build(request);
        try {
          expect(build(request, 'GET', [name])).toEqual({ ...plain, [name.toLowerCase()]: given });
          expect(given).toMatch(/^[!-~]{1,128}$/);
          outcomes.add('passed');
        } catch (error) {
          if (!(error instanceof PublicError)) throw error;
          expect([error.status, error.code]).toEqual([400, 'bad_request']);
          expect(given).not.toMatch(/^[!-~]{1,128}$/);
          outcomes.add('refused');
        }
      }),
      { numRuns: 3_000 },
    );
    expect([...outcomes].sort()).toEqual(['passed', 'refused']);
  });
});

describe('parseBodyFraming()', () => {
  const length = fc.oneof(
    fc.nat(2_000_000).map(String),
    text,
    fc.constantFrom('+5', '5,5', '0x5', ' 5', '5 ', '-0', '٣', '1e3'),
  );
  const coding = fc.oneof(
    fc.constantFrom('chunked', 'Chunked', 'xchunked', 'chunked, chunked', 'gzip, chunked'),
    text,
  );

  it('passes one plain framing and no other, so that no second parser reads another body', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(
        fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'),
        fc.option(length, { nil: undefined }),
        fc.option(coding, { nil: undefined }),
        (method, declared, transfer) => {
          const entries = [
            ['content-type', 'application/json'],
            ['content-length', declared],
            ['transfer-encoding', transfer],
          ] as const;
          let sent: Record<string, string>;
          try {
            sent = build(requestWith(entries, method), method);
          } catch {
            return;
          }
          const body = transfer !== undefined || (declared !== undefined && declared !== '0');
          kinds.add(body ? `${method} ${transfer ?? 'sized'}` : `${method} none`);
          expect(sent['content-length']).toBe(body ? declared : undefined);
          if (declared !== undefined)
            expect([declared, transfer]).toEqual([String(Number(declared)), undefined]);
          if (transfer !== undefined)
            expect([transfer, method]).toEqual(['chunked', expect.stringMatching(/^P/)]);
          if (body) expect(method).not.toMatch(/^(?:GET|HEAD)$/);
        },
      ),
      { numRuns: 5_000 },
    );
    expect(kinds).toContain('POST chunked');
    expect(kinds).toContain('DELETE sized');
    expect(kinds).toContain('GET none');
  });
});

describe('bearer()', () => {
  it('makes a header value that cannot end its line, or throws without a word of the token', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\w.~+/-]{1,40}={0,2}$/)),
        (token) => {
          try {
            expect(bearer(token)).toMatch(/^Bearer [\x21-\x7e]+$/);
          } catch (error) {
            expect((error as Error).message).toBe('The access token is not a bearer token.');
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

describe('responseHeaders()', () => {
  const cors = { Vary: 'Origin, Sec-Fetch-Site', 'Access-Control-Allow-Origin': 'https://shop.example' };
  const relayed = (
    'content-type content-length retry-after x-ratelimit-limit x-ratelimit-remaining x-ratelimit-reset x-request-id ' +
    'set-cookie location vary access-control-allow-origin cache-control transfer-encoding'
  ).split(' ');
  const hostile = fc.dictionary(
    fc.oneof(fc.constantFrom(...relayed), fc.string({ minLength: 1 })),
    fc.oneof(text, fc.array(text, { maxLength: 3 })),
  );

  it('adds nothing to its list, loses none of its own, and lets no value end its line', () => {
    const own = responseHeaders({}, 'ours', cors);
    const allowed = [
      ...[
        'Content-Type',
        'Content-Length',
        'Retry-After',
        'X-RateLimit-Limit',
        'X-RateLimit-Remaining',
        'X-RateLimit-Reset',
      ],
      ...['X-Upstream-Request-ID', ...Object.keys(own)],
    ];
    fc.assert(
      fc.property(hostile, (upstream) => {
        if ('content-encoding' in upstream) return;
        const made = responseHeaders(upstream as Record<string, string>, 'ours', cors);
        expect(made).toMatchObject(own);
        expect(allowed).toEqual(expect.arrayContaining(Object.keys(made)));
        for (const value of Object.values(made)) expect(value).toMatch(/^[\t\x20-\x7e]*$/);
      }),
      { numRuns: 3_000 },
    );
  });
});
