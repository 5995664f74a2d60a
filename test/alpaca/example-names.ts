/** Reads one answer of the simulator, for example of `/paper/v2/orders`. */
export type Read = (path: string) => Promise<unknown>;

/** Which list holds something with a name of its own, and under which field it stands there. */
const SOURCES: readonly [list: string, names: Record<string, string>][] = [
  ['/paper/v2/orders?status=all', { order_id: 'id', client_order_id: 'client_order_id' }],
  ['/paper/v2/watchlists', { watchlist_id: 'id', name: 'name' }],
  ['/paper/v1/locates', { locate_id: 'id' }],
  ['/paper/v2/wallets/transfers', { transfer_id: 'id' }],
  [
    '/paper/v2/tokenization/requests',
    { tokenization_request_id: 'tokenization_request_id', client_request_id: 'client_request_id' },
  ],
  ['/data/v1/corporate-actions?start=2026-01-01&end=2026-04-01', { id: 'id' }],
  [
    '/paper/v2/options/contracts?underlying_symbols=AAPL',
    { option: 'symbol', symbol_or_id: 'symbol', symbol_or_contract_id: 'symbol' },
  ],
];

/** The name of one of everything that has a name of its own, under the names of Alpaca's parameters. */
export async function exampleNames(read: Read): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const [list, fields] of SOURCES) {
    const item = firstObject(await read(list));
    for (const [name, field] of Object.entries(fields)) names.set(name, String(item[field]));
  }
  return names;
}

/** The first object in a list, however deep the list stands in the answer. */
function firstObject(answer: unknown): Record<string, unknown> {
  if (Array.isArray(answer)) return answer[0];
  const list = Object.values(answer as object).find((field) => typeof field === 'object' && field !== null);
  return firstObject(list);
}
