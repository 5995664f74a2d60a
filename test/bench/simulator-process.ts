import { SIMULATOR_CLIENT, startSimulator } from '../../demo/simulator/index.ts';

/** Alpaca's side of the connect flow. Told the server's callback, it says where its own endpoints are. */
const { authorizeUrl, tokenUrl, paperUrl, liveUrl, dataUrl } = await startSimulator({
  clients: [{ ...SIMULATOR_CLIENT, redirectUris: [process.env['REDIRECT_URI'] ?? ''] }],
  requestsPerMinute: 1_000_000,
});
process.send?.({
  ALPACA_CLIENT_ID: SIMULATOR_CLIENT.clientId,
  ALPACA_CLIENT_SECRET: SIMULATOR_CLIENT.clientSecret,
  ALPACA_AUTHORIZE_URL: authorizeUrl,
  ALPACA_TOKEN_URL: tokenUrl,
  ALPACA_PAPER_URL: paperUrl,
  ALPACA_LIVE_URL: liveUrl,
  ALPACA_DATA_URL: dataUrl,
});
