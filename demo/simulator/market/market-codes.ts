import { Router } from 'express';
import { badRequest, notFound } from '../api/api-error.ts';
import { queryText } from '../api/query.ts';

type Codes = Readonly<Record<string, string>>;

/** What the one-letter codes in trades and quotes mean: a selection of Alpaca's own tables. */
export interface MarketCodes {
  exchanges: Codes;
  conditions: Readonly<Record<string, Codes>>;
  /** Whether the conditions of the tapes differ, so that one has to be asked for. */
  byTape: boolean;
}

export const STOCK_CODES: MarketCodes = {
  exchanges: {
    A: 'NYSE American (AMEX)',
    B: 'NASDAQ OMX BX',
    D: 'FINRA ADF',
    J: 'Cboe EDGA',
    K: 'Cboe EDGX',
    M: 'Chicago Stock Exchange',
    N: 'New York Stock Exchange',
    P: 'NYSE Arca',
    Q: 'NASDAQ OMX',
    V: 'IEX',
    Y: 'Cboe BYX',
    Z: 'Cboe BZX',
  },
  conditions: {
    trade: {
      '@': 'Regular Sale',
      F: 'Intermarket Sweep',
      I: 'Odd Lot Trade',
      O: 'Opening Prints',
      T: 'Form T',
      '6': 'Closing Prints',
    },
    quote: { A: 'Manual Ask Automated Bid', B: 'Manual Bid Automated Ask', R: 'Regular Two Sided Open' },
  },
  byTape: true,
};

export const OPTION_CODES: MarketCodes = {
  exchanges: {
    A: 'AMEX - NYSE American',
    B: 'BOX - Boston Options Exchange',
    C: 'CBOE - Cboe Options Exchange',
    N: 'NYSE - NYSE Arca',
    Q: 'NASDAQ - Nasdaq Options Market',
    X: 'PHLX - Nasdaq PHLX',
  },
  conditions: {
    trade: { I: 'AUTO - Automatic Execution', S: 'ISOI - Intermarket Sweep Order' },
    quote: { A: 'Eligible for Automatic Execution', ' ': 'Regular Trading' },
  },
  byTape: false,
};

/** `/exchanges` and `/conditions/{trade or quote}`. */
export function codeRoutes({ exchanges, conditions, byTape }: MarketCodes): Router {
  const router = Router();
  router.get('/exchanges', (_request, response) => {
    response.json(exchanges);
  });
  router.get('/conditions/:ticktype', (request, response) => {
    const found = conditions[request.params.ticktype];
    if (found === undefined) throw notFound('invalid ticktype: one of trade, quote');
    if (byTape && !/^[ABC]$/.test(queryText(request, 'tape') ?? ''))
      throw badRequest('invalid tape: one of A, B, C');
    response.json(found);
  });
  return router;
}
