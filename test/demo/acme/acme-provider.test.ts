import { expect, it } from 'vitest';
import { hasAcme } from '../../../demo/demo-environment.ts';
import { readConfiguration } from '../../../server/config-reader.ts';
import { validEnvironment } from '../../server/valid-environment.ts';
import { openAcme } from './open-acme.ts';

it('is a provider that the server takes, for live accounts only', async () => {
  await using acme = await openAcme();
  const { providers } = readConfiguration({ ...validEnvironment(), PROVIDERS_FILE: acme.providersFile });
  expect(providers[1]).toMatchObject({
    id: 'acme',
    name: 'Acme Invest',
    issuer: `${acme.url}/oauth`,
    requiresIssuer: true,
    environments: ['live'],
    urls: { paper: undefined },
  });
});

it('is a part of the demo only beside the simulated Alpaca, and where nobody named other partners', () => {
  expect(hasAcme({})).toBe(true);
  expect(hasAcme({ ALPACA_CLIENT_ID: '', PROVIDERS_FILE: '' })).toBe(true);
  expect(hasAcme({ ALPACA_CLIENT_ID: 'x', ALPACA_CLIENT_SECRET: 'y' })).toBe(false);
  expect(hasAcme({ PROVIDERS_FILE: 'providers.json' })).toBe(false);
});
