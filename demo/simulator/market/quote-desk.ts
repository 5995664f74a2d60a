import type { Request, RequestHandler } from 'express';
import { badRequest, notFound } from '../api/api-error.ts';
import { queryList } from '../api/query.ts';
import { type Asset, findAsset } from './assets.ts';
import { readHistory, type Series } from './history.ts';

/** Something that is known of an asset at this moment: its latest quote, its snapshot. */
type Reading = (asset: Asset, now: number) => unknown;

/** The four kinds of answer that the Market Data API gives: the latest and the past, of one symbol and of many. */
export class QuoteDesk {
  readonly #class: Asset['class'];

  /** @param assetClass the class whose symbols are known here */
  constructor(assetClass: Asset['class']) {
    this.#class = assetClass;
  }

  /** `{"quotes": {"AAPL": {…}}}`; without a name, `{"AAPL": {…}}`. */
  latestOfMany(name: string | undefined, read: Reading): RequestHandler {
    return (request, response) => {
      const now = Date.now();
      const readings = this.#asked(request).map((asset) => [asset.symbol, read(asset, now)]);
      const found = Object.fromEntries(readings);
      response.json(name === undefined ? found : { [name]: found });
    };
  }

  /** `{"symbol": "AAPL", "quote": {…}}`; without a name, the reading's own fields beside the symbol. */
  latestOfOne(name: string | undefined, read: Reading): RequestHandler {
    return (request, response) => {
      const now = Date.now();
      const asset = this.#named(request);
      const reading = read(asset, now);
      const fields = name === undefined ? (reading as object) : { [name]: reading };
      response.json({ symbol: asset.symbol, ...fields });
    };
  }

  /** `{"quotes": {"AAPL": [{…}]}, "next_page_token": null}` */
  pastOfMany<Item>(name: string, seriesFor: (request: Request) => Series<Item>): RequestHandler {
    return (request, response) => {
      const now = Date.now();
      const history = readHistory(request, this.#asked(request), seriesFor(request), now);
      response.json({ [name]: history.found, next_page_token: history.nextPageToken });
    };
  }

  /** `{"symbol": "AAPL", "quotes": [{…}], "next_page_token": null}` */
  pastOfOne<Item>(name: string, seriesFor: (request: Request) => Series<Item>): RequestHandler {
    return (request, response) => {
      const now = Date.now();
      const asset = this.#named(request);
      const { symbol } = asset;
      const { found, nextPageToken } = readHistory(request, [asset], seriesFor(request), now);
      response.json({ symbol, [name]: found[symbol] ?? [], next_page_token: nextPageToken });
    };
  }

  /** Whom the request names. Alpaca leaves unknown symbols out of a list, silently. @throws ApiError 400 when none is named */
  #asked(request: Request): Asset[] {
    const symbols = queryList(request, 'symbols');
    if (symbols === undefined) throw badRequest('symbols is required');
    const assets = symbols.map((symbol) => this.#find(symbol)).filter((asset) => asset !== undefined);
    return [...new Map(assets.map((asset) => [asset.symbol, asset])).values()];
  }

  #named(request: Request): Asset {
    const symbol = String(request.params['symbol']);
    const asset = this.#find(symbol);
    if (asset === undefined) throw notFound(`no data found for ${symbol}`);
    return asset;
  }

  #find(symbol: string): Asset | undefined {
    const asset = findAsset(symbol);
    return asset?.class === this.#class ? asset : undefined;
  }
}
