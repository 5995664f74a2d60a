import type { NextFunction, Request, Response } from 'express';
import { ApiError, badRequest } from './api-error.ts';

/** The last handler of the app: writes whatever was thrown in Alpaca's envelope. Express knows it by its four parameters. */
export function sendApiError(
  error: unknown,
  _request: Request,
  response: Response,
  next: NextFunction,
): void {
  if (response.headersSent) {
    next(error);
    return;
  }
  const answer = asApiError(error);
  response.status(answer.status).json({ code: answer.code, message: answer.message, ...answer.extra });
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (isClientFault(error)) return badRequest('request body format is invalid');
  return new ApiError(500, 50010000, 'internal server error occurred');
}

/** Express and its body parsers mark errors that the client caused (bad JSON, a bad escape in the path) with a 4xx status. */
function isClientFault(error: unknown): boolean {
  return (
    error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500
  );
}
