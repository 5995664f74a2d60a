import { createParser } from 'eventsource-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../demo/simulator/index.ts';
import { exampleNames } from '../../alpaca/example-names.ts';
import { exampleTarget } from '../../alpaca/example-requests.ts';
import { operationRows } from '../../alpaca/operation-rows.ts';
import { describedAnswer, violations } from '../../alpaca/response-schemas.ts';
import { undescribedFields } from '../../alpaca/undescribed-fields.ts';
import { numberOf } from './caller.ts';

const reads = operationRows.filter(({ method }) => method === 'GET');

let simulator: Simulator;
let token: string;
let names: ReadonlyMap<string, string>;
beforeAll(async () => {
  simulator = await startSimulator({ requestsPerMinute: 10_000 });
  token = simulator.control.issueToken({ accountNumbers: [numberOf('paper')], scope: 'data' });
  names = await exampleNames(async (path) => (await get(path)).json());
});
afterAll(() => simulator.close());

function get(path: string): Promise<Response> {
  return fetch(simulator.url + path, { headers: { Authorization: `Bearer ${token}` } });
}

/** The answer as the schema describes it: of an event stream, the list of its events. */
async function readAnswer(response: Response, contentType: string): Promise<unknown> {
  if (contentType === 'application/json') return response.json();
  if (contentType !== 'text/event-stream')
    return Buffer.from(await response.arrayBuffer()).toString('latin1');
  const events: unknown[] = [];
  const parser = createParser({ onEvent: ({ data }) => events.push(JSON.parse(data)) });
  parser.feed(await response.text());
  return events;
}

/** Whether there is nothing in the list, or in any of the lists and maps that the answer consists of. */
function isVacuous(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null) return answer === '';
  const fields = Object.values(answer);
  if (fields.length === 0) return true;
  const lists = fields.filter((field) => typeof field === 'object' && field !== null);
  return lists.length > 0 && !Array.isArray(answer) && lists.every(isVacuous);
}

describe(`each of the ${reads.length} listed GET operations`, () => {
  it.each(reads)(
    '$path is answered in the shape that Alpaca describes, with something in it',
    async (row) => {
      const described = describedAnswer(`GET ${row.path}`);
      const response = await get(`${row.api === 'data' ? '/data' : '/paper'}${exampleTarget(row, names)}`);
      const body = await readAnswer(response.clone(), described.contentType).catch(() => response.text());
      expect(response.status, JSON.stringify(body)).toBe(200);
      expect(response.headers.get('content-type')).toContain(described.contentType);
      expect(violations(described.schema, body)).toEqual([]);
      expect(undescribedFields(described.schema, body)).toEqual([]);
      expect(isVacuous(body), JSON.stringify(body)).toBe(false);
    },
  );
});
