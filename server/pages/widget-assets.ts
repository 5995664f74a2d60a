import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';

export interface WidgetAssets {
  /** The self-registering module behind the script tag. */
  connectScript: Buffer;
  /** The scripts of the popup's two pages. */
  launchScript: string;
  callbackScript: string;
}

/**
 * Reads what `npm run build` made of the widget.
 * @throws Error that says to build, when the files are missing.
 */
export function readWidgetAssets(): WidgetAssets {
  const read = (name: string) => readFileSync(join(packageRoot(), 'dist', 'widget', name));
  try {
    return {
      connectScript: read('connect.js'),
      launchScript: read('launch-page.js').toString(),
      callbackScript: read('callback-page.js').toString(),
    };
  } catch (cause) {
    throw new Error('The widget is not built. Run: npm run build', { cause });
  }
}
