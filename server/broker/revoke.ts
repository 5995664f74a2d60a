import type { RequestHandler } from 'express';
import { report, requestIdOf } from '../http/log.ts';
import type { BrokerService } from './broker-service.ts';
import { invalidClient, readClient, WrongSecrets } from './client-authentication.ts';
import { endFamilies } from './end-tokens.ts';
import { hasSecret } from './grants.ts';
import { OAuthError } from './oauth-error.ts';
import { readForm } from './token.ts';

/**
 * `POST {issuer}/revoke` (RFC 7009): an app gives back a token, and with it all that its code came to. No operation of Alpaca's
 * compares a secret and issues nothing, so it is compared with what Alpaca accepted last. A token that is not known is nobody's:
 * 200, whoever asks.
 */
export function revokeToken(service: BrokerService): RequestHandler {
  const { grants, log } = service;
  const wrongSecrets = new WrongSecrets();

  return async (request, response) => {
    const form = readForm(request);
    const client = readClient(request, form);
    wrongSecrets.assertFew(request, client);
    const token = form.get('token');
    if (token === undefined) throw new OAuthError(400, 'invalid_request', 'token is missing.');
    const place = await grants.placeOf(token);
    // Another app's token: RFC 7009 section 2.1 has it refused, and its section 2.2 does not want it told from an unknown one.
    const found = place?.clientId === client.id ? await grants.find(place) : undefined;
    if (place !== undefined && found !== undefined) {
      if (!hasSecret(found.family, client.id, client.secret)) {
        wrongSecrets.count(request, client);
        throw invalidClient(client);
      }
      const ended = await grants.endFamily(place);
      if (ended !== undefined) {
        const atAlpaca = await endFamilies(service, ended.families);
        const requestId = requestIdOf(response);
        report(log, 'info', {
          event: 'broker_grant_ended',
          by: 'app',
          client: client.id,
          atAlpaca,
          requestId,
        });
        await service.tell('onRevoke', ended.grant);
      }
    }
    response.set('Cache-Control', 'no-store').status(200).end();
  };
}
