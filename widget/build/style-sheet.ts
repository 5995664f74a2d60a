import { transform } from 'lightningcss';

const STYLES = /export const styles = css`([^`\\$]*)`;/;

/**
 * Makes the element's styles a style sheet, minified, in place of what Lit makes one of: the script tag's build runs in no
 * server, where there are none, so that it can do without Lit's `css`. It has its text as Lit's styles do, as an element in
 * another document needs a style sheet of its own.
 */
export const styleSheet = {
  name: 'style-sheet',
  enforce: 'pre' as const,
  applyToEnvironment: ({ name }: { name: string }) => name === 'script',
  transform: {
    filter: { id: /\/alpaca-connect-styles\.ts$/ },
    /** @throws Error when the styles are written in another way, or are no CSS. */
    handler(source: string): string {
      const css = STYLES.exec(source)?.[1];
      if (css === undefined) throw new Error('The styles are written in a new way: see style-sheet.ts.');
      const { code } = transform({ filename: 'styles.css', code: Buffer.from(css), minify: true });
      const cssText = JSON.stringify(code.toString());
      const sheet = `export const styles = Object.assign(new CSSStyleSheet(), { cssText: ${cssText} });\nstyles.replaceSync(styles.cssText);`;
      return source.replace(STYLES, () => sheet);
    },
  },
};
