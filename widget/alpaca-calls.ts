import type { Api } from '../server/contract.ts';
import type { DataPaths, TradingPaths } from './alpaca-operations.ts';

/**
 * What TypeScript knows of a request to Alpaca, so that the editor finds a wrong one. Types alone: nothing of it is in a script.
 * Known are the operations that the server offers, as Alpaca's OpenAPI documents describe them.
 */
type Paths<A extends Api> = A extends 'data' ? DataPaths : TradingPaths;

/** What a path of the documents has for a method. HEAD goes wherever GET goes. */
type Operation<A extends Api, Template, M extends string> = Template extends keyof Paths<A>
  ? Lowercase<M extends 'HEAD' ? 'GET' : M> extends infer Key extends keyof Paths<A>[Template]
    ? Paths<A>[Template][Key]
    : never
  : never;

/** Whether one segment of a path is what a segment of the documents stands for. */
type Segment<Given, Wanted> = Given extends ''
  ? false
  : Wanted extends `{${string}}`
    ? true
    : Given extends Wanted
      ? true
      : false;

type Fits<Given, Wanted> = Given extends `${infer G}/${infer Rest}`
  ? Wanted extends `${infer W}/${infer Others}`
    ? [G, W] extends ['', '']
      ? Fits<Rest, Others>
      : Segment<G, W> extends true
        ? Fits<Rest, Others>
        : false
    : false
  : Wanted extends `${string}/${string}`
    ? false
    : Segment<Given, Wanted>;

type WithoutQuery<P extends string> = P extends `${infer Path}?${string}` ? Path : P;

/** The path of the documents that `/v2/orders/7f0c…` is one of: `/v2/orders/{order_id}`. */
type TemplateOf<A extends Api, P extends string> =
  WithoutQuery<P> extends infer Given
    ? Given extends keyof Paths<A>
      ? Given
      : { [T in keyof Paths<A>]: Fits<Given, T> extends true ? T : never }[keyof Paths<A>]
    : never;

/** The names in `status=open&limit=5`; what is not written out in the source is not looked at. */
type Names<Query> = Query extends `${infer First}&${infer Rest}`
  ? Names<First> | Names<Rest>
  : Query extends `${infer Name}=${string}`
    ? string extends Name
      ? never
      : Name
    : never;

type QueryNames<P extends string> = P extends `${string}?${infer Query}` ? Names<Query> : never;

type QueryOf<Op> = Op extends { parameters: { query?: infer Query } } ? NonNullable<Query> : never;

type JsonOf<Content> = Content extends { content: { 'application/json': infer Body } } ? Body : never;

/**
 * A path as it may be written, with its values and its query. An error says what Alpaca does not have. A `string` that is not
 * known before the program runs is not checked.
 */
export type AlpacaPath<A extends Api, P extends string, M extends string = 'GET'> = string extends P
  ? P
  : string extends M
    ? P
    : [Operation<A, TemplateOf<A, P>, M>] extends [never]
      ? `Alpaca has no ${M} ${WithoutQuery<P>} here.`
      : [Exclude<QueryNames<P>, keyof QueryOf<Operation<A, TemplateOf<A, P>, M>>>] extends [never]
        ? P
        : `Alpaca's ${WithoutQuery<P>} has no query named so.`;

/**
 * The body of a request: `JSON.stringify({ … } satisfies AlpacaBody<'paper', '/v2/orders', 'POST'>)`.
 * `Template` is a path as Alpaca's documents write it: `/v2/orders/{order_id}`.
 */
export type AlpacaBody<A extends Api, Template extends keyof Paths<A>, M extends string = 'POST'> =
  Operation<A, Template, M> extends { requestBody?: infer Body } ? JsonOf<NonNullable<Body>> : never;

/** The names and values of a query: `new URLSearchParams({ … } satisfies AlpacaQuery<…>)`, where all values are strings. */
export type AlpacaQuery<A extends Api, Template extends keyof Paths<A>, M extends string = 'GET'> = QueryOf<
  Operation<A, Template, M>
>;

/** The body of an answer that is `ok`. */
export type AlpacaAnswer<A extends Api, Template extends keyof Paths<A>, M extends string = 'GET'> = AnswerOf<
  Operation<A, Template, M>
>;

type AnswerOf<Op> = Op extends { responses: infer Responses } ? JsonOf<Responses[keyof Responses]> : never;

/** As of `fetch()`. Of a path that was not checked, `json()` gives `any`. An answer that is not `ok` has a body of another shape. */
export type AlpacaResponse<A extends Api, P extends string, M extends string = 'GET'> = string extends P
  ? Response
  : string extends M
    ? Response
    : JsonResponse<AnswerOf<Operation<A, TemplateOf<A, P>, M>>>;

interface JsonResponse<Body> extends Response {
  json(): Promise<Body>;
  clone(): JsonResponse<Body>;
}
