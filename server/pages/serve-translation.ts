import type { RequestHandler } from 'express';
import { routeNotFound } from '../errors/error-handlers.ts';
import { publicFile } from './public-file.ts';

/** `GET /messages/:language.json`: the widget's sentences in a language that the build made a file of. */
export function serveTranslation(
  translations: ReadonlyMap<string, Buffer>,
): RequestHandler<{ file: string }> {
  const handlers = new Map(
    [...translations].map(([language, json]) => [`${language}.json`, publicFile(json, 'application/json')]),
  );
  return (request, response, next) => {
    const serve = handlers.get(request.params.file);
    if (serve) serve(request, response, next);
    else routeNotFound(request, response, next);
  };
}
