import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Api } from '../../../server/contract.ts';
import { operations } from '../../../server/operations.ts';
import { exampleNames } from '../../alpaca/example-names.ts';
import { exampleTarget } from '../../alpaca/example-requests.ts';
import { nearMisses } from '../../alpaca/near-misses.ts';
import { type OperationRow, operationRows } from '../../alpaca/operation-rows.ts';
import type { Visitor } from '../../visitor.ts';
import { TappedStage } from './tapped-stage.ts';

interface Call extends OperationRow {
  host: Api;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const SCOPES = ['account:write', 'trading', 'data'];
/** What a client may write in many ways and only in one way be passed on. */
const ODD_QUERY = 'x=a+b%20c&x=BTC%2fUSD&y=%C3%A9&z';
const NO_NAMES: ReadonlyMap<string, string> = new Map();

/** Every listed operation on every host that has it. */
const calls: Call[] = operationRows.flatMap((row) => hostsOf(row.api).map((host) => ({ ...row, host })));
/** Reads first: closing positions leaves nothing to read. */
const open = calls
  .filter(({ scope }) => scope !== 'undocumented')
  .sort((a, b) => Number(b.method === 'GET') - Number(a.method === 'GET'));
const closed = calls.filter(({ scope }) => scope === 'undocumented');
const scoped = calls.filter(({ scope }) => SCOPES.includes(scope));

function hostsOf(api: OperationRow['api']): Api[] {
  return api === 'data' ? ['data'] : ['paper', 'live'];
}

describe('operations', () => {
  it(`are the ${operationRows.length} operations of Alpaca's documents with their scopes`, () => {
    const ours = operations.map(([api, method, path, scope]) => `${api} ${method} ${path} ${scope}`);
    const theirs = operationRows.map(({ api, method, path, scope }) => `${api} ${method} ${path} ${scope}`);
    expect(ours.sort()).toEqual(theirs.sort());
  });
});

describe('the proxy', () => {
  let tapped: TappedStage;
  let person: Visitor;
  let names: ReadonlyMap<string, string>;
  /** People who granted everything but one scope. */
  const without = new Map<string, Visitor>();

  beforeAll(async () => {
    tapped = await TappedStage.open();
    person = await tapped.connected(SCOPES.join(' '));
    for (const missing of SCOPES) {
      without.set(missing, await tapped.connected(SCOPES.filter((scope) => scope !== missing).join(' ')));
    }
    names = await exampleNames(async (path) => (await person.call(path)).json());
  });
  beforeEach(() => tapped.reset());
  afterAll(() => tapped[Symbol.asyncDispose]());

  describe(`passes on ${open.length} of ${calls.length} operations, counted on each host`, () => {
    it.each(open)('$host $method $path', async (call) => {
      // Reads have something to find; what changes something names nothing that another test reads.
      const target = withQuery(exampleTarget(call, call.method === 'GET' ? names : NO_NAMES), ODD_QUERY);
      const answer = await send(person, call, target);
      expect(tapped.hits()).toEqual([`${call.host} ${call.method} ${target}`]);
      const [seen, ...more] = tapped.stage.simulator.control.requests;
      const [path] = `/${call.host}${target}`.split('?');
      expect([seen?.method, seen?.path, more]).toEqual([call.method, path, []]);
      expect(answer.headers.get('x-upstream-request-id')).toMatch(/^[\da-f]{32}$/);
      expect(await answer.text()).not.toContain('endpoint not found');
      if (call.method === 'GET' && call.host !== 'live') expect(answer.status).toBe(200);
    });

    it.each(['BRK.B', 'BTC%2FUSD', 'BTC%2fUSD', 'AAPL261218C00230000'])(
      'with the symbol %s as it is',
      async (symbol) => {
        const target = `/v2/assets/${symbol}`;
        await (await person.call(`/paper${target}`)).text();
        expect(tapped.hits()).toEqual([`paper GET ${target}`]);
      },
    );
  });

  describe(`refuses ${scoped.length} operations to a connection without their scope`, () => {
    it.each(scoped)('$host $method $path without $scope', async (call) => {
      const answer = await send(without.get(call.scope), call, exampleTarget(call, NO_NAMES));
      expect([answer.status, await codeOf(answer)]).toEqual([403, 'insufficient_scope']);
      expect(tapped.hits()).toEqual([]);
    });
  });

  describe(`keeps ${closed.length} operations of undocumented scope closed`, () => {
    it.each(closed)('$host $method $path', async (call) => {
      const answer = await send(person, call, exampleTarget(call, NO_NAMES));
      expect([answer.status, await codeOf(answer)]).toEqual([404, 'operation_not_allowed']);
      expect(tapped.hits()).toEqual([]);
    });
  });

  const paths = distinctPaths();
  const unlisted = paths.reduce((sum, call) => sum + unlistedMethods(call).length, 0);
  describe(`refuses ${unlisted} listed paths with a method that is not listed`, () => {
    it.each(paths)('$host $path', async (call) => {
      for (const method of unlistedMethods(call)) {
        const answer = await send(person, { ...call, method }, exampleTarget(call, NO_NAMES));
        expect([404, 405], method).toContain(answer.status);
        expect(await codeOf(answer)).toMatch(/^(?:method|operation)_not_allowed$/);
      }
      expect(tapped.hits()).toEqual([]);
    });
  });

  const misses = calls.reduce((sum, call) => sum + nearMisses(call).length, 0);
  describe(`refuses ${misses} requests that are almost an operation`, () => {
    it.each(calls)('$host $method $path', async (call) => {
      for (const target of nearMisses(call)) await expectRefusal(call, target);
      expect(tapped.hits()).toEqual([]);
    });
  });

  describe(`refuses ${calls.length} operations on the host of the other API`, () => {
    it.each(calls)('$host $method $path', async (call) => {
      const host = call.host === 'data' ? 'paper' : 'data';
      await expectRefusal({ ...call, host }, exampleTarget(call, NO_NAMES));
      expect(tapped.hits()).toEqual([]);
    });
  });

  async function expectRefusal(call: Call, target: string): Promise<void> {
    const answer = await send(person, call, target);
    expect([400, 404], target).toContain(answer.status);
    expect(await codeOf(answer), target).toMatch(/^(?:bad_path|operation_not_allowed)$/);
  }
});

describe('ALPACA_ALLOW', () => {
  it(`opens each of ${closed.length} closed operations by name, and no other`, async () => {
    const rows = operationRows.filter(({ scope }) => scope === 'undocumented');
    for (const opened of rows) {
      await using tapped = await TappedStage.open({ ALPACA_ALLOW: `${opened.method} ${opened.path}` });
      const person = await tapped.connected('');
      tapped.reset();
      for (const call of closed) {
        await (await send(person, call, exampleTarget(call, NO_NAMES))).text();
      }
      const target = exampleTarget(opened, NO_NAMES);
      expect(tapped.hits()).toEqual(['paper', 'live'].map((host) => `${host} ${opened.method} ${target}`));
    }
  });
});

/** What the page's script would send. */
function send(visitor: Visitor | undefined, call: Pick<Call, 'host' | 'method'>, target: string) {
  if (visitor === undefined) throw new Error('Nobody is connected like that.');
  const body = ['GET', 'DELETE'].includes(call.method) ? {} : { body: {} };
  return visitor.call(`/${call.host}${target}`, { method: call.method, ...body });
}

async function codeOf(answer: Response): Promise<unknown> {
  return ((await answer.json()) as { code?: unknown }).code;
}

function withQuery(target: string, query: string): string {
  return `${target}${target.includes('?') ? '&' : '?'}${query}`;
}

/** One call of each path on each host, whatever the method. */
function distinctPaths(): Call[] {
  return [...new Map(calls.map((call) => [`${call.host} ${call.path}`, call])).values()];
}

function unlistedMethods({ host, path }: Call): string[] {
  const listed = calls.filter((call) => call.host === host && call.path === path).map(({ method }) => method);
  return METHODS.filter((method) => !listed.includes(method));
}
