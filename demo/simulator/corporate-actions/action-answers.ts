import { stableUlid } from '../events/stable-ulid.ts';
import type { CorporateAction } from './corporate-action.ts';

/** What the simulator knows of Alpaca's fifteen types. */
export type ActionType = 'cash_dividend' | 'forward_split';

export function typeOf({ terms }: CorporateAction): ActionType {
  return 'rate' in terms ? 'cash_dividend' : 'forward_split';
}

/** The action as `GET /v1/corporate-actions` writes it. */
export function actionAnswer(action: CorporateAction) {
  const { id, symbol, cusip, exDate, recordDate, payableDate, terms } = action;
  return {
    id,
    symbol,
    cusip,
    ex_date: exDate,
    record_date: recordDate,
    payable_date: payableDate,
    process_date: payableDate,
    ...('rate' in terms
      ? { rate: terms.rate, special: false, foreign: false }
      : { old_rate: terms.oldRate, new_rate: terms.newRate }),
  };
}

/** The announcement of the action as the stream of corporate actions sends it: rates are texts there. */
export function actionEvent(action: CorporateAction) {
  const announced = Date.parse(action.announced);
  const fields = Object.entries(actionAnswer(action)).map(([name, value]) => [
    name,
    typeof value === 'number' ? String(value) : value,
  ]);
  return {
    event_id: stableUlid(announced, action.id),
    at: new Date(announced).toISOString(),
    action: 'insert',
    region: 'us',
    event_type: `${typeOf(action)}_corporateaction_event`,
    ca: Object.fromEntries(fields),
  };
}

/** The action as the trading host's deprecated list of announcements writes it. */
export function announcementAnswer(action: CorporateAction) {
  const { id, symbol, cusip, announced, exDate, recordDate, payableDate, terms } = action;
  const dividend = 'rate' in terms;
  return {
    id,
    corporate_action_id: `${cusip}_${exDate.slice(2).replaceAll('-', '')}`,
    ca_type: dividend ? 'Dividend' : 'Split',
    ca_sub_type: dividend ? 'cash' : 'stock_split',
    initiating_symbol: symbol,
    initiating_original_cusip: cusip,
    target_symbol: symbol,
    target_original_cusip: cusip,
    declaration_date: announced,
    ex_date: exDate,
    effective_date: exDate,
    record_date: recordDate,
    payable_date: payableDate,
    cash: dividend ? String(terms.rate) : '0',
    old_rate: dividend ? '1' : String(terms.oldRate),
    new_rate: dividend ? '1' : String(terms.newRate),
  };
}
