import type { Request, RequestHandler } from 'express';
import { badRequest, notFound } from '../api/api-error.ts';
import { queryList } from '../api/query.ts';
import { readHistory, type Series, type Subject } from './history.ts';

/** Something that is known of a subject at this moment: its latest quote, its snapshot. */
export type Reading<Of> = (subject: Of, now: number) => unknown;

/**
 * The four kinds of answer that the Market Data API gives about stocks, options, crypto and currencies alike: the latest
 * and the past, of one symbol and of many.
 */
export class QuoteDesk<Of extends Subject> {
  readonly #find: (symbol: string, now: number) => Of | undefined;
  readonly #parameter: string;

  /** `parameter` is the part of the query that names many subjects. */
  constructor(find: (symbol: string, now: number) => Of | undefined, parameter = 'symbols') {
    this.#find = find;
    this.#parameter = parameter;
  }

  /** Whom the request names. Alpaca leaves unknown symbols out of a list, silently. @throws ApiError 400 when none is named */
  asked(request: Request, now: number): Of[] {
    const symbols = queryList(request, this.#parameter);
    if (symbols === undefined) throw badRequest(`${this.#parameter} is required`);
    const subjects = symbols.map((symbol) => this.#find(symbol, now)).filter((of) => of !== undefined);
    return [...new Map(subjects.map((subject) => [subject.symbol, subject])).values()];
  }

  /** `{"quotes": {"AAPL": {…}}}`; without a name, `{"AAPL": {…}}`. */
  latestOfMany(name: string | undefined, read: Reading<Of>): RequestHandler {
    return (request, response) => {
      const now = Date.now();
      const readings = this.asked(request, now).map((subject) => [subject.symbol, read(subject, now)]);
      const found = Object.fromEntries(readings);
      response.json(name === undefined ? found : { [name]: found });
    };
  }

  /** `{"symbol": "AAPL", "quote": {…}}`; without a name, the reading's own fields beside the symbol. */
  latestOfOne(name: string | undefined, read: Reading<Of>): RequestHandler {
    return (request, response) => {
      const now = Date.now();
      const subject = this.#named(request, now);
      const reading = read(subject, now);
      const fields = name === undefined ? (reading as object) : { [name]: reading };
      response.json({ symbol: subject.symbol, ...fields });
    };
  }

  /** `{"quotes": {"AAPL": [{…}]}, "next_page_token": null}` */
  pastOfMany<Item>(name: string, seriesFor: (request: Request) => Series<Of, Item>): RequestHandler {
    return (request, response) => {
      const now = Date.now();
      const history = readHistory(request, this.asked(request, now), seriesFor(request), now);
      response.json({ [name]: history.found, next_page_token: history.nextPageToken });
    };
  }

  /** `{"symbol": "AAPL", "quotes": [{…}], "next_page_token": null}` */
  pastOfOne<Item>(name: string, seriesFor: (request: Request) => Series<Of, Item>): RequestHandler {
    return (request, response) => {
      const now = Date.now();
      const subject = this.#named(request, now);
      const { symbol } = subject;
      const { found, nextPageToken } = readHistory(request, [subject], seriesFor(request), now);
      response.json({ symbol, [name]: found[symbol] ?? [], next_page_token: nextPageToken });
    };
  }

  #named(request: Request, now: number): Of {
    const symbol = String(request.params['symbol']);
    const subject = this.#find(symbol, now);
    if (subject === undefined) throw notFound(`no data found for ${symbol}`);
    return subject;
  }
}
