import { type Request, type Response, Router } from 'express';
import { badRequest, notFound } from '../api/api-error.ts';
import { queryText } from '../api/query.ts';

/** What the one-letter codes of exchanges in trades and quotes mean: a selection of Alpaca's own tables, as the next one. */
const EXCHANGES = {
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
};

const CONDITIONS = new Map([
  [
    'trade',
    {
      '@': 'Regular Sale',
      F: 'Intermarket Sweep',
      I: 'Odd Lot Trade',
      O: 'Opening Prints',
      T: 'Form T',
      '6': 'Closing Prints',
    },
  ],
  ['quote', { A: 'Manual Ask Automated Bid', B: 'Manual Bid Automated Ask', R: 'Regular Two Sided Open' }],
]);

/** `/exchanges` and `/conditions/{trade or quote}`. */
export function stockCodeRoutes(): Router {
  const router = Router();
  router.get('/exchanges', (_request, response) => {
    response.json(EXCHANGES);
  });
  router.get('/conditions/:ticktype', answerConditions);
  return router;
}

/** The conditions of the tapes differ at Alpaca, so one has to be asked for. */
function answerConditions(request: Request, response: Response): void {
  const found = CONDITIONS.get(String(request.params['ticktype']));
  if (found === undefined) throw notFound('invalid ticktype: one of trade, quote');
  if (!/^[ABC]$/.test(queryText(request, 'tape') ?? '')) throw badRequest('invalid tape: one of A, B, C');
  response.json(found);
}
