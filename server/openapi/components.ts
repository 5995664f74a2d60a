/** What the parts of the document share: references, and the parameters and headers that operations refer to. */

export type Json = { readonly [key: string]: unknown };

export const ref = (kind: string, name: string): Json => ({ $ref: `#/components/${kind}/${name}` });

export function jsonContent(schema: Json): Json {
  return { 'application/json': { schema } };
}

export function headerRefs(names: readonly string[]): Json {
  return Object.fromEntries(
    names.flatMap((name) =>
      name === 'Anybody' ? Object.entries(FOR_ANYBODY) : [[name, ref('headers', name)]],
    ),
  );
}

const text = (description: string, required = false): Json => ({
  description,
  ...(required && { required }),
  schema: { type: 'string' },
});

const FOR_ANYBODY = {
  'Access-Control-Allow-Origin': { required: true, schema: { const: '*' } },
  'Cross-Origin-Resource-Policy': { required: true, schema: { const: 'cross-origin' } },
};

export const HEADERS: Json = {
  'X-Request-ID': text("Names this request in the server's log.", true),
  'Access-Control-Allow-Origin': text("The page's own origin, when it is on the allow-list; never `*`."),
  'Access-Control-Allow-Credentials': { description: 'With the one above.', schema: { const: 'true' } },
  Vary: text('`Origin, Sec-Fetch-Site`.'),
  'Cache-Control': text('How long it may be kept.', true),
  ETag: text('Names this content.', true),
  Location: text('Where the browser goes next.', true),
  'Set-Cookie': text('The cookie of the attempt, or of the session.'),
  'Retry-After': text('Seconds.'),
  'X-Upstream-Request-ID': text("Alpaca's name of the request."),
  'X-RateLimit-Limit': text("Alpaca's limit."),
  'X-RateLimit-Remaining': text('What is left of it.'),
  'X-RateLimit-Reset': text('When it begins again.'),
};

const header = (
  name: string,
  description: string,
  schema: Json = { type: 'string' },
  required = false,
): Json => ({
  name,
  in: 'header',
  description,
  ...(required && { required }),
  schema,
});
const query = (name: string, description: string, schema: Json = { type: 'string' }): Json => ({
  ...header(name, description, schema),
  in: 'query',
});
const path = (name: string, description: string, schema: Json): Json => ({
  ...header(name, description, schema, true),
  in: 'path',
});

const SHA256 = '^[\\w-]{43}$';

export const PARAMETERS: Json = {
  'X-Alpaca-Connect': header(
    'X-Alpaca-Connect',
    'Makes it a request that no other site can send without asking.',
    { const: '1' },
    true,
  ),
  Origin: header('Origin', 'Set by the browser. On the allow-list, byte for byte.'),
  'Sec-Fetch-Site': header('Sec-Fetch-Site', 'Set by the browser. Without it, `Origin` decides.'),
  'X-Alpaca-Connection': header(
    'X-Alpaca-Connection',
    'The id of a connection. Where several match, it says which one is meant.',
  ),
  'Last-Event-ID': header('Last-Event-ID', 'The id of the last event that arrived.'),
  'Idempotency-Key': header('Idempotency-Key', 'Passed on to Alpaca.'),
  'X-Alpaca-Connect-Verifier': header(
    'X-Alpaca-Connect-Verifier',
    'The code verifier of the attempt.',
    ref('schemas', 'CodeVerifier'),
    true,
  ),
  AttemptCookie: {
    ...header(
      '__Host-alpaca.attempt.{base64url(SHA-256(state))}',
      'The sealed attempt, in the browser that started it.',
    ),
    in: 'cookie',
  },
  environment: path('environment', 'Paper or live.', ref('schemas', 'Environment')),
  attempt: path('attempt', 'base64url(SHA-256) of `state`.', { type: 'string', pattern: SHA256 }),
  which: path('which', 'The id of a connection, or `paper` or `live` for all of it.', { type: 'string' }),
  id: path('id', 'The id of one of `away`.', { type: 'string' }),
  file: path('file', 'A language, as in `es.json`.', { type: 'string' }),
  providerId: path('provider', 'The id of a broker partner.', { type: 'string' }),
  origin: query('origin', 'The origin of the page that opened the popup.'),
  mode: query('mode', 'Absent for a popup.', { const: 'redirect' }),
  return_to: query('return_to', 'Where redirect mode returns to.'),
  environmentAsked: query('environment', 'In redirect mode.', ref('schemas', 'RequestedEnvironment')),
  scope: query('scope', 'In redirect mode. Space-delimited.'),
  provider: query('provider', 'In redirect mode. Default: `alpaca`.'),
  code_challenge: query('code_challenge', 'In redirect mode. RFC 7636, S256.', {
    type: 'string',
    pattern: SHA256,
  }),
  disclosure: query('disclosure', 'In redirect mode. As in `AttemptRequest`.', {
    type: 'string',
    pattern: SHA256,
  }),
  code: query('code', "Alpaca's authorization code."),
  state: query('state', 'Names the attempt.'),
  error: query('error', 'RFC 6749 section 4.1.2.1.'),
};
