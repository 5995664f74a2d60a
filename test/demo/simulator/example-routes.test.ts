import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXAMPLES, type Example } from '../../../demo/simulator/examples.ts';
import { type Simulator, startSimulator } from '../../../demo/simulator/index.ts';
import { exampleTarget, NOBODY } from '../../alpaca/example-requests.ts';
import { operationRows } from '../../alpaca/operation-rows.ts';
import { describedAnswer, violations } from '../../alpaca/response-schemas.ts';
import { undescribedFields } from '../../alpaca/undescribed-fields.ts';
import { type Caller, callerOf, callWith, numberOf } from './caller.ts';

let simulator: Simulator;
let call: Caller;
beforeAll(async () => {
  simulator = await startSimulator({ requestsPerMinute: 10_000 });
  call = callerOf(simulator);
});
afterAll(() => simulator.close());

/** What `call` takes: the operation of an example with these names in its path, on its host. */
function lineOf({ api, operation }: Example, names: Record<string, string> = {}): string {
  const [method = '', path = ''] = operation.split(' ');
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(names[name] ?? NOBODY));
  return `${method} /${api === 'data' ? 'data' : 'paper'}${filled}`;
}

/** The example is about these, the first that it knows of each. */
function namesOf({ about = {} }: Example): Record<string, string> {
  return Object.fromEntries(Object.entries(about).map(([name, [first = '']]) => [name, first]));
}

const withId = EXAMPLES.filter(({ operation, about }) => about !== undefined && operation.includes('{'));
const named = EXAMPLES.filter(({ about }) => about !== undefined);
const lists = EXAMPLES.filter(({ lists: parameter }) => parameter !== undefined);
const pages = EXAMPLES.filter(({ answer }) => JSON.stringify(answer)?.includes('next_page_token'));
const ofDataHost = EXAMPLES.filter(({ api }) => api === 'data');

describe('EXAMPLES', () => {
  it('are of operations that Alpaca lists, each once', () => {
    const listed = operationRows.map(({ api, method, path }) => `${api} ${method} ${path}`);
    const ours = EXAMPLES.map(({ api, operation }) => `${api} ${operation}`);
    expect(ours.filter((operation) => !listed.includes(operation))).toEqual([]);
    expect(ours).toEqual([...new Set(ours)]);
  });

  it('leave no listed operation without an answer', async () => {
    const changes = operationRows.filter(({ method }) => method !== 'GET');
    for (const row of changes) {
      const path = exampleTarget({ ...row, method: 'any' }, new Map());
      const { body } = await call(`${row.method} /${row.api === 'data' ? 'data' : 'paper'}${path}`, {});
      expect(JSON.stringify(body) ?? '', `${row.method} ${path}`).not.toContain('endpoint not found');
    }
  });
});

describe('exampleRoutes()', () => {
  it.each(withId)('answers 404 to $operation for a name that the example is not about', async (example) => {
    expect(await call(lineOf(example))).toMatchObject({ status: 404, body: { code: 40410000 } });
    expect(await call(lineOf(example))).toMatchObject({
      body: { message: expect.stringContaining('the simulator has an example for') },
    });
  });

  it('answers for each of the names that an example is about', async () => {
    const contract = named.find(({ operation }) => operation.endsWith('/contracts/{symbol_or_id}'));
    const known = contract?.about?.['symbol_or_id'] ?? [];
    expect(known.length).toBeGreaterThan(1);
    for (const name of known) {
      const line = lineOf(contract as Example, { symbol_or_id: name });
      expect(await call(line)).toMatchObject({ status: 200, body: contract?.answer });
    }
  });

  it.each(named.filter((example) => !withId.includes(example)))(
    'wants the names in the query of $operation',
    async (example) => {
      const query = new URLSearchParams(namesOf(example));
      expect((await call(`${lineOf(example)}?${query}`)).status).toBe(200);
      expect((await call(lineOf(example))).status).toBe(400);
      const others = new URLSearchParams(Object.keys(namesOf(example)).map((name) => [name, 'other']));
      expect((await call(`${lineOf(example)}?${others}`)).status).toBe(404);
    },
  );

  it.each(lists)('leaves out of $operation what was not asked for', async (example) => {
    const line = lineOf(example);
    const [answer = {}] = [example.answer as Record<string, object>];
    const [field = ''] = Object.keys(answer);
    const all = Array.isArray(answer[field])
      ? answer[field].map(({ symbol }) => symbol)
      : Object.keys(answer[field] ?? {});
    expect(all.length).toBeGreaterThan(0);
    const { body } = await call(`${line}?${example.lists}=${all.join()},ZZZZ`);
    expect((body as Record<string, object>)[field]).toEqual(answer[field]);
    const nothing = Array.isArray(answer[field]) ? [] : {};
    expect((await call(`${line}?${example.lists}=ZZZZ`)).body).toMatchObject({ [field]: nothing });
    expect((await call(line)).status).toBe(400);
  });

  it.each(pages)('knows no page after the only one of $operation', async (example) => {
    const query = `symbols=AAPL&currency_pairs=EURUSD&page_token=bW9yZQ`;
    const answer = await call(`${lineOf(example, namesOf(example))}?${query}`);
    expect(answer).toMatchObject({ status: 400, body: { message: 'invalid page_token' } });
  });

  it.each(EXAMPLES)('answers $operation to nobody without a token', async (example) => {
    const strangers = callWith(simulator, 'no-token-of-ours');
    const line = lineOf(example, namesOf(example));
    expect(await strangers(line)).toMatchObject({ status: 401, body: { code: 40110000 } });
  });

  it.each([...ofDataHost, ...EXAMPLES.filter(({ scope }) => scope !== undefined)])(
    'refuses $operation to a token without its scope',
    async (example) => {
      const readOnly = callerOf(simulator, { scope: '' });
      expect((await readOnly(lineOf(example, namesOf(example)))).body).toMatchObject({
        message: expect.stringContaining('not authorized for this scope'),
      });
    },
  );

  it('refuses examples of the host whose account the token does not cover', async () => {
    const ofLive = callerOf(simulator, { accountNumbers: [numberOf('live')] });
    expect((await ofLive('GET /live/v1/locates')).status).toBe(200);
    expect((await ofLive('GET /paper/v1/locates')).body).toMatchObject({
      message: expect.stringContaining('not authorized'),
    });
  });

  it.each([
    ['POST /v1/locates', 201, 'GET /v1/locates/{locate_id}'],
    ['POST /v2/tokenization/mint', 200, 'GET /v2/tokenization/requests/{tokenization_request_id}'],
  ])('answers %s with %i and what can be read back', async (operation, status, read) => {
    const [method, path] = operation.split(' ');
    const { schema } = describedAnswer(read);
    const made = await call(`${method} /paper${path}`, {});
    expect(made.status).toBe(status);
    expect([...violations(schema, made.body), ...undescribedFields(schema, made.body)]).toEqual([]);
    const [name = ''] = /\w+(?=\}$)/.exec(read) ?? [];
    const { id = '', [name]: other = id } = made.body as Record<string, string>;
    expect((await call(`GET /paper${read.split(' ')[1]?.replace(`{${name}}`, other)}`)).status).toBe(200);
  });

  const keyed = EXAMPLES.filter(({ keyConflict }) => keyConflict !== undefined);

  it('know the operations with an Idempotency-Key', () => {
    expect(keyed.map(({ operation }) => operation)).toEqual([
      'POST /v1/locates',
      'POST /v2/tokenization/mint',
    ]);
  });

  it.each(keyed)(
    'answers $operation again for the same key and body, and 422 for another body',
    async (example) => {
      const line = lineOf(example);
      const key = { 'Idempotency-Key': 'f5e6c0d8-5a0e-4f7e-9b1c-3d2a1b0c9d8e' };
      const first = await call(line, { symbol: 'TSLA', qty: 100 }, key);
      expect(first.status).toBe(example.status ?? 200);
      const again = await call(line, { symbol: 'TSLA', qty: 100 }, key);
      expect([again.status, again.body]).toEqual([first.status, first.body]);
      const other = await call(line, { symbol: 'TSLA', qty: 200 }, key);
      expect(other).toMatchObject({
        status: 422,
        body: { message: expect.stringContaining('already used') },
      });
      expect((await call(line, { symbol: 'TSLA', qty: 100 }, key)).status).toBe(first.status);

      const otherKey = { 'Idempotency-Key': 'another' };
      expect((await call(line, { symbol: 'TSLA', qty: 200 }, otherKey)).status).toBe(first.status);
      expect((await call(line, { symbol: 'TSLA', qty: 300 })).status).toBe(first.status);
      const somebodyElse = callerOf(simulator, { accountNumbers: [numberOf('live')] });
      const theirs = await somebodyElse(line.replace('/paper/', '/live/'), { symbol: 'TSLA', qty: 200 }, key);
      expect(theirs.status).toBe(first.status);
      const long = await call(line, {}, { 'Idempotency-Key': 'k'.repeat(129) });
      expect(long).toMatchObject({ status: 400, body: { message: 'Idempotency-Key is malformed' } });
    },
  );

  it('sends nothing away, and exercises nothing', async () => {
    for (const line of [
      'POST /paper/v2/wallets/transfers',
      'POST /paper/v2/positions/AAPL301220C00230000/exercise',
      'POST /paper/v2/positions/AAPL301220C00230000/do-not-exercise',
    ]) {
      expect(await call(line, {})).toMatchObject({ status: 403, body: { code: 40310000 } });
    }
  });

  it('ends an event stream at its bound, and leaves out what lies before', async () => {
    const token = simulator.control.issueToken({ accountNumbers: [numberOf('paper')], scope: 'data' });
    const stream = async (query: string, more: Record<string, string> = {}) => {
      const answer = await fetch(`${simulator.dataUrl}/v1beta1/events/corporate-actions?${query}`, {
        headers: { Authorization: `Bearer ${token}`, ...more },
      });
      return answer.text();
    };
    expect(await stream('since=2026-01-01&until=2026-12-31')).toMatch(/^id: 01K\w+\ndata: \{.*\}\n\n$/);
    expect(await stream('since=2026-06-01&until=2026-12-31')).toBe('');
    const [told = '', id = ''] = /^id: (\w+)/.exec(await stream('since=2026-01-01&until=2026-12-31')) ?? [];
    const last = '7ZZZZZZZZZZZZZZZZZZZZZZZZZ';
    expect(await stream(`until_id=${last}`, { 'Last-Event-ID': id })).toContain(told);
    expect(await stream(`since_id=${id}&until_id=${last}`, { 'Last-Event-ID': last })).toBe('');
  });
});
