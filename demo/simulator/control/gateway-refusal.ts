import type { Api } from '../../../server/contract.ts';
import type { Fault } from './faults.ts';

/** The fault behind `Control.refuseAtGateway`: a gateway in front of a host asks for a password of its own. */
export function gatewayRefusal(api: Api, times?: number): Fault {
  return {
    kind: 'answer',
    path: `/${api}`,
    times,
    status: 401,
    headers: { 'WWW-Authenticate': 'Basic realm="gateway"' },
    contentType: 'text/html',
    body: '<!doctype html><title>401 Authorization Required</title><h1>401 Authorization Required</h1>',
  };
}
