import { readWidgetAssets } from '../pages/widget-assets.ts';
import type { Finding } from './finding.ts';

/** The script and the pages that the server hands out are built, and not part of a clone. */
export function checkWidget(): Finding[] {
  try {
    readWidgetAssets();
    return [{ level: 'ok', what: 'The widget is built.' }];
  } catch {
    return [{ level: 'problem', what: 'The widget is not built.', remedy: 'Run npm run build.' }];
  }
}
