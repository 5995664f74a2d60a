import type { NextFunction, Request, Response } from 'express';

/**
 * An answer in Alpaca's error envelope: `{"code": 40310000, "message": "…"}`, sometimes with more fields.
 * Alpaca's codes are the HTTP status followed by five digits.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: number;
  /** Fields that Alpaca adds beside code and message, for example `buying_power`. */
  readonly extra: Readonly<Record<string, string>>;

  constructor(status: number, code: number, message: string, extra: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.extra = extra;
  }
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 40010000, message);
}

/** A token that Alpaca does not know, or no longer. */
export function unauthorized(): ApiError {
  return new ApiError(401, 40110000, 'request is not authorized');
}

export function notFound(message: string): ApiError {
  return new ApiError(404, 40410000, message);
}

/** A body that parses but cannot be accepted. Alpaca answers 422 with this code for most of them. */
export function unprocessable(message: string): ApiError {
  return new ApiError(422, 42210000, message);
}

/** A body with a missing or malformed field: the other code that Alpaca sends with a 422. */
export function malformed(message: string): ApiError {
  return new ApiError(422, 40010001, message);
}

/** Alpaca says the same for a missing scope as for a token of the other environment. */
export function scopeRefused(): ApiError {
  return new ApiError(403, 40310000, 'access token is not authorized for this scope');
}

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

/** What went wrong, as an answer. */
export function asApiError(error: unknown): ApiError {
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
