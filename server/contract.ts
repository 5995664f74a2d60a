/**
 * The wire contract between the page and the server: the types of every JSON body that crosses it, and every error code. They
 * are inferred from schemas.ts, which says of each field what it is. The widget imports these types and nothing else from the
 * server.
 */
import type { z } from 'zod';
import type * as schemas from './schemas.ts';

/** One of Alpaca's two trading environments. */
export type Environment = z.infer<typeof schemas.Environment>;

/** What a page may ask for: one environment, or one consent that covers both. */
export type RequestedEnvironment = z.infer<typeof schemas.RequestedEnvironment>;

/** What a page may send requests to through the proxy. `data` is Alpaca's Market Data API. */
export type Api = Environment | 'data';

/** The brokerage account behind a connection, as `GET /v2/account` named it when the person connected. */
export type ConnectedAccount = z.infer<typeof schemas.ConnectedAccount>;

/** One connected brokerage account. Never holds any part of the access token. */
export type Connection = z.infer<typeof schemas.Connection>;

/** An account with which the app may act while the person is away. Never holds any part of the access token. */
export type AwayPermission = z.infer<typeof schemas.AwayPermission>;

/** Through whom people can connect an account. */
export type Provider = z.infer<typeof schemas.Provider>;

/** Answer of `GET /connections`. */
export type ConnectionsAnswer = z.infer<typeof schemas.ConnectionsAnswer>;

/** Body of `POST /attempts`, sent by the launch page. */
export type AttemptRequest = z.infer<typeof schemas.AttemptRequest>;

/** Answer of `POST /attempts`. */
export type AttemptAnswer = z.infer<typeof schemas.AttemptAnswer>;

/** Body of `POST /connections`. */
export type ExchangeRequest = z.infer<typeof schemas.ExchangeRequest>;

/** Body of `POST /mailbox/:attempt`, sent by the callback page. */
export type MailboxDeposit = z.infer<typeof schemas.MailboxDeposit>;

/** The codes that the element's `alpaca-error` event and a rejected `connect()` carry. */
export type ConnectErrorCode = z.infer<typeof schemas.ConnectErrorCode>;

/** The codes of error bodies: what a connect flow can end in, and what any request can be refused for. */
export type ServerErrorCode = z.infer<typeof schemas.ServerErrorCode>;

/** Answer of `GET /mailbox/:attempt`: the grant, or why there is none. 204 means nothing arrived yet. */
export type MailboxAnswer = z.infer<typeof schemas.MailboxAnswer>;

/** Every error body of the server. */
export type ErrorAnswer = z.infer<typeof schemas.ErrorAnswer>;

/** What the server writes into the launch page, as JSON in `script#alpaca-connect-data`, for the page's script. */
export type LaunchPageData = z.infer<typeof schemas.LaunchPageData>;

/** What the server writes into the callback page: the sealed grant, or a sealed refusal together with its reason. */
export type CallbackPageData = z.infer<typeof schemas.CallbackPageData>;

/**
 * One of Alpaca's trade updates, as its `trade_updates` stream sends it. In `GET /paper/stream` and `GET /live/stream` it is
 * the data of a server-sent event whose name is `event`.
 */
export type TradeUpdate = z.infer<typeof schemas.TradeUpdate>;

/** Data of the server-sent event `status`: whether the server hears Alpaca. Sent first, and on each change. */
export type StreamStatus = z.infer<typeof schemas.StreamStatus>;

/** Data of the server-sent event `gap`: updates may be missing before the next one. Ask for the orders again. */
export type StreamGap = z.infer<typeof schemas.StreamGap>;

/** Data of the server-sent event `end`: the last one. To listen again would be refused with the same code. */
export type StreamEnd = z.infer<typeof schemas.StreamEnd>;
