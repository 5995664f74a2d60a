import { randomBytes } from 'node:crypto';
import type { Router } from 'express';
import { z } from 'zod';
import { COOP_VALUES, type Control } from './control.ts';
import { controlRouter } from './control-router.ts';
import { Fault, TOKEN_BREAKS } from './faults.ts';

/** In bytes: more than any client should take. */
const MAX_GARBAGE = 64 * 1024 * 1024;

const CoopBody = z.strictObject({ value: z.enum(COOP_VALUES) });
const DelayBody = z.strictObject({ milliseconds: z.number().min(0).max(600_000) });
const TokenBody = z.strictObject({
  how: z.enum(TOKEN_BREAKS),
  times: z.int().positive().optional(),
});
const ApprovalBody = z.strictObject({ live: z.boolean().optional(), data: z.boolean().optional() });
const GatewayBody = z.strictObject({
  api: z.enum(['paper', 'live', 'data']),
  times: z.int().positive().optional(),
});
const AuthenticationBody = z.strictObject({
  environment: z.enum(['paper', 'live']),
  times: z.int().positive().optional(),
});
const RevokeBody = z.strictObject({ accountNumber: z.string().optional() });
const StandingBody = z.strictObject({
  accountNumber: z.string(),
  status: z.string().exactOptional(),
  account_blocked: z.boolean().exactOptional(),
  trading_blocked: z.boolean().exactOptional(),
});
const HoldBody = z.strictObject({ held: z.boolean() });
const FillBody = z.strictObject({
  id: z.string(),
  qty: z.number().positive().exactOptional(),
  price: z.number().positive().exactOptional(),
});
const EndBody = z.strictObject({ id: z.string(), outcome: z.enum(['canceled', 'rejected', 'expired']) });
const choice = { environment: z.enum(['paper', 'live']).optional(), accountNumber: z.string().optional() };
/** Those codes of RFC 6455 section 7.4 that a server may send; 3000 and up are for libraries and private use. */
const CloseCode = z.union([z.literal([1000, 1001, 1008, 1011, 1012, 1013]), z.int().min(3000).max(4999)]);
const DropBody = z.strictObject({ ...choice, code: CloseCode.optional() });
const RefuseBody = z.strictObject({
  environment: z.enum(['paper', 'live']),
  times: z.int().positive().exactOptional(),
  milliseconds: z.number().positive().exactOptional(),
});
const SendBody = z.union([
  z.strictObject({ ...choice, text: z.string() }),
  z.strictObject({ ...choice, bytes: z.int().min(0).max(MAX_GARBAGE) }),
]);
const Nothing = z.strictObject({});

/**
 * The control surface over HTTP, for tests in another process. Every call is a POST with `X-Simulator-Control: 1` and a
 * JSON body, `{}` at least:
 *
 * | Path | Body | |
 * |---|---|---|
 * | `/control/coop` | `{value}` | COOP header of the pages |
 * | `/control/delay` | `{milliseconds}` | before every answer |
 * | `/control/faults` | `{kind: 'answer', path, method?, times?, milliseconds?, status, body?, contentType?, headers?}` | a wrong answer |
 * | | `{kind: 'hang' or 'drop', path, method?, times?, milliseconds?}` | no answer, or a broken connection |
 * | | `{kind: 'unauthorized', path, method?, times?, milliseconds?}` | a 401 for a good token; for a stream, the frame |
 * | `/control/token` | `{how: 'html' or 'no_token' or 'timeout', times?}` | a broken token endpoint |
 * | `/control/approval` | `{live?, data?}` | whether live orders and market data are approved; true unless told otherwise |
 * | `/control/gateway` | `{api: 'paper' or 'live' or 'data', times?}` | a gateway's 401, with a page, in front of a host |
 * | `/control/revoke` | `{accountNumber?}` | → `{revoked}`; ends their streams |
 * | `/control/standing` | `{accountNumber, status?, account_blocked?, trading_blocked?}` | an account that cannot trade |
 * | `/control/orders/hold` | `{held}` | whether orders wait for `fill` instead of the market |
 * | `/control/orders/fill` | `{id, qty?, price?}` | fills an order, or a part of it |
 * | `/control/orders/end` | `{id, outcome: 'canceled' or 'rejected' or 'expired'}` | ends it |
 * | `/control/streams` | `{}` | → `{paper, live}`, how many are open |
 * | `/control/streams/drop` | `{environment?, accountNumber?, code?}` | → `{dropped}` |
 * | `/control/streams/refuse` | `{environment, times?, milliseconds?}` | 503 for new ones |
 * | `/control/streams/unauthorized` | `{environment, times?}` | an "unauthorized" frame for a good token |
 * | `/control/streams/send` | `{text, environment?, accountNumber?}` | one text frame → `{sent}` |
 * | | `{bytes, environment?, accountNumber?}` | one binary frame of so many random bytes → `{sent}` |
 * | `/control/requests` | `{}` | → `{requests, tokenCalls}` |
 * | `/control/reset` | `{}` | ends all misbehaviour, forgets the requests |
 */
export function controlRoutes(control: Control): Router {
  const { router, on } = controlRouter();
  on('/coop', CoopBody, ({ value }) => {
    control.coop = value;
  });
  on('/delay', DelayBody, ({ milliseconds }) => {
    control.delay = milliseconds;
  });
  on('/faults', Fault, (fault) => control.addFault(fault));
  on('/token', TokenBody, ({ how, times }) => control.breakToken(how, times));
  on('/approval', ApprovalBody, ({ live = true, data = true }) => {
    control.liveApproved = live;
    control.dataLicensed = data;
  });
  on('/gateway', GatewayBody, ({ api, times }) => control.refuseAtGateway(api, times));
  on('/revoke', RevokeBody, ({ accountNumber }) => ({ revoked: control.revoke(accountNumber) }));
  on('/standing', StandingBody, ({ accountNumber, ...changes }) =>
    control.setStanding(accountNumber, changes),
  );
  on('/orders/hold', HoldBody, ({ held }) => {
    control.fillsHeld = held;
  });
  on('/orders/fill', FillBody, ({ id, ...size }) => control.fillOrder(id, size));
  on('/orders/end', EndBody, ({ id, outcome }) => control.endOrder(id, outcome));
  on('/streams', Nothing, () => control.streams());
  on('/streams/drop', DropBody, (body) => ({ dropped: control.dropStreams(body) }));
  on('/streams/refuse', RefuseBody, ({ environment, ...until }) => control.refuseStreams(environment, until));
  on('/streams/unauthorized', AuthenticationBody, ({ environment, times }) =>
    control.refuseAuthentication(environment, times),
  );
  on('/streams/send', SendBody, ({ environment, accountNumber, ...body }) => {
    const frame = 'text' in body ? body.text : randomBytes(body.bytes);
    return { sent: control.sendToStreams(frame, { environment, accountNumber }) };
  });
  on('/requests', Nothing, () => ({ requests: control.requests, tokenCalls: control.tokenCalls }));
  on('/reset', Nothing, () => control.reset());
  return router;
}
