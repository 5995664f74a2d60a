import { malformed, unprocessable } from '../api/api-error.ts';
import { decimal } from '../api/decimal.ts';

/** The fields of a request's body that hold something. */
export type Fields = Readonly<Record<string, unknown>>;

const MAX_CLIENT_ORDER_ID = 128;

/**
 * Reads a body. Null and the empty string are what clients send for a field that was not filled in, so they count as absent.
 * Alpaca ignores fields that it does not know; here they are refused, so that a misspelled one does not become another order.
 * @throws ApiError 422 for a field that is not in `known`
 */
export function readFields(body: unknown, known: readonly string[]): Fields {
  const given = Object.entries(typeof body === 'object' && body !== null ? body : {}).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  const other = given.find(([name]) => !known.includes(name));
  if (other !== undefined)
    throw unprocessable(`unexpected field ${other[0]}: only ${known.join(', ')} are accepted`);
  return Object.fromEntries(given);
}

/** A positive number that Alpaca's clients send as a string or a number; null when absent. @throws ApiError 422 */
export function readAmount(fields: Fields, name: string, places: number): number | null {
  const value = fields[name];
  if (value === undefined) return null;
  const amount = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
  if (!Number.isFinite(amount)) throw malformed(`${name} must be a number`);
  if (amount <= 0) throw unprocessable(`${name} must be > 0`);
  if (Number(decimal(amount, places)) !== amount)
    throw unprocessable(`invalid ${name} ${amount}: at most ${places} decimal places`);
  return amount;
}

/** One of a few words; undefined when absent. @throws ApiError 422 for another word */
export function readChoice<Choice extends string>(
  fields: Fields,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  const choice = choices.find((known) => known === value);
  if (choice === undefined) throw unprocessable(`invalid ${name}: the simulator has ${choices.join(', ')}`);
  return choice;
}

/** One of a few words that has to be there. @throws ApiError 422 */
export function readRequiredChoice<Choice extends string>(
  fields: Fields,
  name: string,
  choices: readonly Choice[],
): Choice {
  const choice = readChoice(fields, name, choices);
  if (choice === undefined) throw malformed(`${name} is required`);
  return choice;
}

/** False when absent. @throws ApiError 422 for anything but true and false */
export function readFlag(fields: Fields, name: string): boolean {
  const value = fields[name] ?? false;
  if (typeof value !== 'boolean') throw malformed(`${name} must be true or false`);
  return value;
}

/** Undefined when absent. @throws ApiError 422 when it is longer than Alpaca allows */
export function readClientOrderId(fields: Fields): string | undefined {
  const value = fields['client_order_id'];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value.length > MAX_CLIENT_ORDER_ID)
    throw malformed(`client_order_id must be a string of at most ${MAX_CLIENT_ORDER_ID} characters`);
  return value;
}
