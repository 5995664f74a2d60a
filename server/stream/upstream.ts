import type { StoredConnection } from '../session/stored-connection.ts';

/**
 * Where trade updates come from: one open line to Alpaca for one connection. Whoever brings another transport (Alpaca is
 * moving from WebSocket to server-sent events) writes another `OpenUpstream` and changes nothing else.
 */
export interface Upstream {
  /** Hangs up. The hearer is told nothing more. Safe to call at any time, and twice. */
  close(): void;
}

/** What an upstream tells. After `refused` and `lost` it is over, and tells nothing more. */
export interface UpstreamHearer {
  /** Alpaca accepted the token: from now on every update is heard. */
  opened(): void;
  heard(update: HeardUpdate): void;
  /** Alpaca does not accept the token, which need not mean that the token is no longer good. */
  refused(refusal: StreamRefusal): void;
  lost(reason: UpstreamLoss): void;
}

/** What Alpaca said when it refused. A bare "unauthorized" says nothing of the reason. */
export interface StreamRefusal {
  /** Whether the scope of the token is what is missing. */
  namesScope: boolean;
  /** Visible ASCII and bounded; empty when Alpaca said nothing. */
  words: string;
}

/** A trade update, checked, and free of the token. */
export interface HeardUpdate {
  /** Alpaca's name of the event: any text. */
  event: string;
  /** The whole update, as one line of JSON that this server wrote. */
  data: string;
}

/**
 * Why an upstream is over: the line broke or could not be opened (`closed`), it did not get as far as updates in time
 * (`late`), Alpaca fell silent (`silent`), said that something is wrong (`error`), sent what makes no sense (`garbage`), or
 * refused a token that may still be good (`refused`).
 */
export type UpstreamLoss = 'closed' | 'late' | 'silent' | 'error' | 'garbage' | 'refused';

/** Opens a line. Never throws: what goes wrong, `lost` tells, and never before this function has returned. */
export type OpenUpstream = (
  connection: Pick<StoredConnection, 'environment' | 'accessToken'>,
  hearer: UpstreamHearer,
) => Upstream;
