import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import type { RequestHandler } from 'express';
import { routeNotFound } from '../routes.ts';

export interface WidgetAssets {
  /** The self-registering module behind the script tag. */
  connectScript: Buffer;
  /** What `connect.js` loads once a page listens to trade updates. */
  eventParserScript: Buffer;
  /** The sentences of the widget in other languages than English: JSON by language code, such as `es`. */
  translations: ReadonlyMap<string, Buffer>;
  /** The scripts of the popup's two pages. */
  launchScript: string;
  callbackScript: string;
}

/**
 * Reads what `npm run build` made of the widget.
 * @throws Error that says to build, when the files are missing.
 */
export function readWidgetAssets(): WidgetAssets {
  const folder = join(packageRoot(), 'dist', 'widget');
  const read = (name: string) => readFileSync(join(folder, name));
  try {
    return {
      connectScript: read('connect.js'),
      eventParserScript: read('event-parser.js'),
      translations: readTranslations(join(folder, 'messages')),
      launchScript: read('launch-page.js').toString(),
      callbackScript: read('callback-page.js').toString(),
    };
  } catch (cause) {
    throw new Error('The widget is not built. Run: npm run build', { cause });
  }
}

/** What exists is settled here, so that no path of a request ever reaches the file system. */
function readTranslations(folder: string): Map<string, Buffer> {
  const files = readdirSync(folder).filter((name) => /^[a-z]{2}\.json$/.test(name));
  return new Map(files.map((name) => [name.slice(0, 2), readFileSync(join(folder, name))]));
}

/**
 * Serves one file that is public, the same for everybody, and loadable by any site: the allow-list judges who may connect,
 * not who may load the button. Compressed once, at set-up.
 */
export function publicFile(content: Buffer, type: string): RequestHandler {
  const compressed = brotliCompressSync(content);
  const digest = createHash('sha256').update(content).digest('base64url').slice(0, 22);
  return (request, response) => {
    const brotli = request.acceptsEncodings('br') === 'br';
    response.set({
      'Content-Type': type,
      // Short, because the address never changes; a visitor gets a new version within minutes.
      'Cache-Control': 'public, max-age=300',
      ETag: `"${digest}${brotli ? '-br' : ''}"`,
      Vary: 'Accept-Encoding',
      'Access-Control-Allow-Origin': '*',
      'Cross-Origin-Resource-Policy': 'cross-origin',
      'X-Content-Type-Options': 'nosniff',
      ...(brotli ? { 'Content-Encoding': 'br' } : {}),
    });
    if (request.fresh) response.status(304).end();
    else response.send(brotli ? compressed : content);
  };
}

/** `GET /connect.js`: the script tag's module. `GET /event-parser.js`: what it loads to listen to trade updates. */
export function serveScript(script: Buffer): RequestHandler {
  return publicFile(script, 'text/javascript; charset=utf-8');
}

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

/** The folder of this package. It finds itself by its own name: the same from the sources and from the build. */
export function packageRoot(): string {
  return dirname(createRequire(import.meta.url).resolve('connect-with-alpaca/package.json'));
}
