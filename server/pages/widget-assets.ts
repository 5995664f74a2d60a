import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';

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
