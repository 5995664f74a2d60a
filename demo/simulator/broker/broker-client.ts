import type { Client } from '../oauth/client.ts';

/** An app that is registered for a broker partner: what the Broker API tells about it, for the partner's own consent page. */
export interface BrokerClient extends Client {
  description: string;
  /** The app's site. */
  url: string;
  termsOfUse: string;
  privacyPolicy: string;
  status: 'ACTIVE' | 'DISABLED';
  /** Whether Alpaca has approved the app for real money of other people. */
  liveTradingApproved: boolean;
}

/** The app that is registered when no other is given. It has two redirect URIs, and its secret opens nothing but the simulator. */
export const SIMULATOR_BROKER_CLIENT: BrokerClient = {
  clientId: '7a3c52a910e1dc2abbb14da2b6b8e711',
  clientSecret: 'bbb14da2b6b8e7117a3c52a910e1dc2a',
  name: 'Demo Desk',
  redirectUris: [
    'http://localhost:3000/alpaca/callback/acme',
    'http://localhost:3000/alpaca/callback/acme-2',
  ],
  description: 'A trading desk that shows an account and places orders in it.',
  url: 'http://localhost:3000',
  termsOfUse: '',
  privacyPolicy: '',
  status: 'ACTIVE',
  liveTradingApproved: true,
};

/** The client as `GET /v1/oauth/clients/{client_id}` writes it. */
export function clientAnswer(client: BrokerClient) {
  return {
    client_id: client.clientId,
    name: client.name,
    description: client.description,
    url: client.url,
    redirect_uri: client.redirectUris,
    status: client.status,
    live_trading_approved: client.liveTradingApproved,
    terms_of_use: client.termsOfUse,
    privacy_policy: client.privacyPolicy,
  };
}
