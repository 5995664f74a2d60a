import type { Router } from 'express';
import { z } from 'zod';
import { badRequest } from '../api/api-error.ts';
import { controlRouter } from '../control/control-router.ts';
import { Fault, Faults } from '../control/faults.ts';
import { RequestLog, type SeenRequest } from '../control/request-log.ts';
import type { BrokerClient } from './broker-client.ts';

/** How an answer names the scope: as it was granted, as the empty text, or not at all. Alpaca's documents show all three. */
const SCOPE_ANSWERS = ['granted', 'empty', 'absent'] as const;

/** What may change about an app that is registered. */
type ClientChanges = Partial<Omit<BrokerClient, 'clientId' | 'clientSecret'>>;

/** The strings behind the simulated Broker API, for tests. */
export class BrokerControl {
  /** Milliseconds before anything is answered. */
  delay = 0;
  /** Whether `DELETE /v1/oauth/token/{token_id}` is there. Alpaca documented it until 2025. The id is the token itself. */
  deletesTokens = false;
  scopeAnswer: (typeof SCOPE_ANSWERS)[number] = 'granted';
  readonly faults = new Faults();
  readonly log = new RequestLog();
  readonly #registered: readonly BrokerClient[];
  readonly #expire: () => void;
  #changes = new Map<string, ClientChanges>();

  /** @param expire ends the tokens of client credentials */
  constructor(clients: readonly BrokerClient[], expire: () => void) {
    this.#registered = clients;
    this.#expire = expire;
  }

  /** The registered apps, as they are now. */
  get clients(): BrokerClient[] {
    return this.#registered.map((client) => ({ ...client, ...this.#changes.get(client.clientId) }));
  }

  /** The requests seen since the start or the last reset, oldest first. Tokens in paths are left out. */
  get requests(): SeenRequest[] {
    return this.log.requests;
  }

  /** Makes the next requests that fit go wrong. @throws ZodError for a fault that cannot be */
  addFault(fault: Fault): void {
    this.faults.add(fault);
  }

  /** Renames, disables or otherwise changes an app until the reset. @throws ApiError for an unknown one */
  changeClient(clientId: string, changes: ClientChanges): void {
    if (!this.#registered.some((client) => client.clientId === clientId))
      throw badRequest(`the simulator has no client ${clientId}`);
    this.#changes.set(clientId, { ...this.#changes.get(clientId), ...changes });
  }

  /** Ends every access token that the partner got with its client credentials, before its time. */
  expireCredentials(): void {
    this.#expire();
  }

  /** Ends all misbehaviour and changes, and forgets the requests. Tokens stay. */
  reset(): void {
    this.delay = 0;
    this.deletesTokens = false;
    this.scopeAnswer = 'granted';
    this.#changes = new Map();
    this.faults.clear();
    this.log.clear();
  }
}

const DelayBody = z.strictObject({ milliseconds: z.number().min(0).max(600_000) });
const ClientBody = z.strictObject({
  clientId: z.string(),
  name: z.string().exactOptional(),
  description: z.string().exactOptional(),
  url: z.string().exactOptional(),
  redirectUris: z.array(z.string()).exactOptional(),
  termsOfUse: z.string().exactOptional(),
  privacyPolicy: z.string().exactOptional(),
  status: z.enum(['ACTIVE', 'DISABLED']).exactOptional(),
  liveTradingApproved: z.boolean().exactOptional(),
});
const DeletionBody = z.strictObject({ on: z.boolean() });
const ScopeBody = z.strictObject({ answer: z.enum(SCOPE_ANSWERS) });
const Nothing = z.strictObject({});

/**
 * The same over HTTP, for tests in another process, and called as the control surface of the simulator itself is:
 *
 * | Path | Body | |
 * |---|---|---|
 * | `/control/delay` | `{milliseconds}` | before every answer |
 * | `/control/faults` | as of the simulator | a wrong answer, none, or a broken connection |
 * | `/control/client` | `{clientId, name?, description?, url?, redirectUris?, termsOfUse?, privacyPolicy?, status?, liveTradingApproved?}` | a changed app |
 * | `/control/deletion` | `{on}` | whether tokens can be deleted |
 * | `/control/scope` | `{answer: 'granted' or 'empty' or 'absent'}` | how answers name the scope |
 * | `/control/credentials/expire` | `{}` | ends the partner's own access tokens |
 * | `/control/requests` | `{}` | → `{requests}` |
 * | `/control/reset` | `{}` | ends all misbehaviour, forgets the requests |
 */
export function brokerControlRoutes(control: BrokerControl): Router {
  const { router, on } = controlRouter();
  on('/delay', DelayBody, ({ milliseconds }) => {
    control.delay = milliseconds;
  });
  on('/faults', Fault, (fault) => control.addFault(fault));
  on('/client', ClientBody, ({ clientId, ...changes }) => control.changeClient(clientId, changes));
  on('/deletion', DeletionBody, (body) => {
    control.deletesTokens = body.on;
  });
  on('/scope', ScopeBody, ({ answer }) => {
    control.scopeAnswer = answer;
  });
  on('/credentials/expire', Nothing, () => control.expireCredentials());
  on('/requests', Nothing, () => ({ requests: control.requests }));
  on('/reset', Nothing, () => control.reset());
  return router;
}
