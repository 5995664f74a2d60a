import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import type { RequestHandler } from 'express';
import { notFound } from './errors.ts';

/** Where `public/` is, as seen from the sources and from the build in `dist/`. */
const CANDIDATES = ['../public/', '../../public/'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);
const [FOLDER = ''] = CANDIDATES.filter((path) => existsSync(path));

interface WidgetAssets {
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
  const read = (name: string) => readFileSync(join(FOLDER, name));
  try {
    return {
      connectScript: read('connect.js'),
      eventParserScript: read('event-parser.js'),
      translations: readTranslations(join(FOLDER, 'messages')),
      launchScript: read('launch-page.js').toString(),
      callbackScript: read('callback-page.js').toString(),
    };
  } catch (cause) {
    throw new Error(
      'The folder public/ holds no built widget. Run npm run build at the top of the project, and copy the folder with its public/.',
      { cause },
    );
  }
}

/** Reads all translations at start, so that no path of a request ever reaches the file system. */
function readTranslations(folder: string): Map<string, Buffer> {
  const files = readdirSync(folder).filter((name) => /^[a-z]{2}\.json$/.test(name));
  return new Map(files.map((name) => [name.slice(0, 2), readFileSync(join(folder, name))]));
}

/**
 * Serves a public file, the same for everybody, which any site may load: the allow-list says who may connect, not who may
 * load the button. It is compressed once, at set-up.
 */
export function publicFile(content: Buffer, type: string): RequestHandler {
  const compressed = brotliCompressSync(content);
  const digest = createHash('sha256').update(content).digest('base64url').slice(0, 22);
  return (request, response) => {
    const brotli = request.acceptsEncodings('br') === 'br';
    response.set({
      'Content-Type': type,
      // Short, because the address never changes: a browser gets a new version within minutes.
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
    else throw notFound();
  };
}
