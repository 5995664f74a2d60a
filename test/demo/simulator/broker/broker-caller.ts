import {
  type BrokerApi,
  SIMULATOR_BROKER_CLIENT,
  SIMULATOR_END_USER_ACCOUNTS,
  SIMULATOR_PARTNER,
} from '../../../../demo/simulator/index.ts';

/** The first account of an end user of the partner. */
export const [END_USER_ACCOUNT = { id: '', number: '' }] = SIMULATOR_END_USER_ACCOUNTS;

/** HTTP Basic with the partner's key. */
export const BASIC = `Basic ${btoa(`${SIMULATOR_PARTNER.apiKey}:${SIMULATOR_PARTNER.apiSecret}`)}`;

/** The body of both operations that issue something. */
export const SOUND_BODY = {
  client_id: SIMULATOR_BROKER_CLIENT.clientId,
  client_secret: SIMULATOR_BROKER_CLIENT.clientSecret,
  redirect_uri: SIMULATOR_BROKER_CLIENT.redirectUris[0],
  scope: 'general',
  account_id: END_USER_ACCOUNT.id,
};

/** Calls the Broker API as the partner: `'POST /v1/oauth/token'`. Resolves to the status and the JSON of the answer. */
export async function callBroker(
  broker: BrokerApi,
  line: string,
  body?: unknown,
  authorization: string = BASIC,
): Promise<{ status: number; body: unknown }> {
  const [method = '', path = ''] = line.split(' ');
  const answer = await fetch(`${broker.url}${path}`, {
    method,
    headers: { Authorization: authorization, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
}

/** Issues a token for an account of an end user, as the partner does after a consent. */
export async function issueToken(broker: BrokerApi, changes: object = {}): Promise<string> {
  const { body } = await callBroker(broker, 'POST /v1/oauth/token', { ...SOUND_BODY, ...changes });
  return (body as { access_token: string }).access_token;
}
