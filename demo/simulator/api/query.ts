import type { Request } from 'express';
import { badRequest } from './api-error.ts';

/** In milliseconds. */
const DAY = 86_400_000;

/** One query parameter, or undefined. A repeated parameter counts with its first value. */
export function queryText(request: Request, name: string): string | undefined {
  const value = request.query[name];
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' && first !== '' ? first : undefined;
}

/** A whole number from 1 to `max`; larger ones count as `max`. @throws ApiError 400 for anything else */
export function queryCount(request: Request, name: string, fallback: number, max: number): number {
  const text = queryText(request, name);
  if (text === undefined) return fallback;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw badRequest(`invalid ${name}: must be a positive whole number`);
  return Math.min(Number(text), max);
}

/** A date or RFC 3339 time, in milliseconds since 1970. @throws ApiError 400 when it cannot be read */
export function queryTime(request: Request, name: string): number | undefined {
  const text = queryText(request, name);
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw badRequest(`invalid ${name}: must be YYYY-MM-DD or RFC 3339`);
  return time;
}

/** `queryTime` for the last moment of a range: a date is the end of that day. @throws ApiError 400 when it cannot be read */
export function queryEnd(request: Request, name: string): number | undefined {
  const time = queryTime(request, name);
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(queryText(request, name) ?? '');
  return time === undefined || !isDate ? time : time + DAY - 1;
}

/** A comma-separated list, or undefined when the parameter is absent. */
export function queryList(request: Request, name: string): string[] | undefined {
  return queryText(request, name)?.split(',');
}

/** One of a few words; the first of them when the parameter is absent. @throws ApiError 400 for another word */
export function queryChoice<Word extends string>(
  request: Request,
  name: string,
  choices: readonly [Word, ...Word[]],
): Word {
  const text = queryText(request, name) ?? choices[0];
  const choice = choices.find((word) => word === text);
  if (choice === undefined) throw badRequest(`invalid ${name}: one of ${choices.join(', ')}`);
  return choice;
}
