import { SIMULATOR_CLIENT, type Simulator } from '../../../demo/simulator/index.ts';

/** RFC 7636 appendix B. */
export const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
export const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
export const REDIRECT_URI = 'http://localhost:3000/alpaca/callback';

const SOUND_REQUEST = {
  response_type: 'code',
  client_id: SIMULATOR_CLIENT.clientId,
  redirect_uri: REDIRECT_URI,
  state: 'state-of-the-attempt',
  scope: 'trading data',
  env: 'paper',
};

type Fields = Record<string, string | undefined>;

/** Opens the authorize page with a sound request, but for the given changes; undefined leaves a parameter out. */
export function openAuthorize(simulator: Simulator, changes: Fields = {}): Promise<Response> {
  const query = form({ ...SOUND_REQUEST, ...changes });
  return fetch(`${simulator.authorizeUrl}?${query}`, { redirect: 'manual' });
}

/** Submits a consent page as a browser would: its hidden fields, the accounts checked at first, and the decision. */
export async function decide(
  simulator: Simulator,
  page: Response,
  decision: 'allow' | 'deny',
  changes: Fields = {},
): Promise<Response> {
  const text = await page.text();
  const inputs = [
    ...text.matchAll(/<input type="(hidden|radio)" name="(\w+)" value="([^"]*)" ?(checked)?>/g),
  ];
  const given = inputs.filter(([, type, , , checked]) => type === 'hidden' || checked !== undefined);
  const fields = Object.fromEntries(given.map(([, , name, value]) => [name, value]));
  const body = form({ ...fields, decision, ...changes });
  return fetch(`${simulator.url}/oauth/authorize`, { method: 'POST', body, redirect: 'manual' });
}

/** The address that an answer redirects to. */
export function target(answer: Response): URL {
  return new URL(answer.headers.get('location') ?? '');
}

/** Asks, allows, and returns the code. */
export async function getCode(simulator: Simulator, changes: Fields = {}): Promise<string> {
  const answer = await decide(simulator, await openAuthorize(simulator, changes), 'allow');
  return target(answer).searchParams.get('code') ?? '';
}

/** Posts a sound token request, but for the given changes. */
export function postToken(simulator: Simulator, code: string, changes: Fields = {}): Promise<Response> {
  const body = form({
    grant_type: 'authorization_code',
    code,
    client_id: SIMULATOR_CLIENT.clientId,
    client_secret: SIMULATOR_CLIENT.clientSecret,
    redirect_uri: REDIRECT_URI,
    ...changes,
  });
  return fetch(simulator.tokenUrl, { method: 'POST', body });
}

function form(fields: Fields): URLSearchParams {
  return new URLSearchParams(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
