import { minify } from 'terser';

/** By these, one copy of Lit knows what another one made. */
const SHARED = ['_$cssResult$', '_$litDirective$', '_$litElement$', '_$litPart$', '_$litType$'];

/**
 * Minifies a bundle once more, as Terser finds what the bundler's own minifier leaves. Names that begin with `_$`, which are
 * those of Lit's inside, become short.
 */
export const terser = {
  name: 'terser',
  applyToEnvironment: ({ name }: { name: string }) => name === 'script' || name === 'streamClient',
  async generateBundle(_options: unknown, bundle: Record<string, { code?: string }>): Promise<void> {
    for (const chunk of Object.values(bundle)) {
      if (chunk.code !== undefined) chunk.code = await shorten(chunk.code);
    }
  },
};

async function shorten(before: string): Promise<string> {
  const { code = before } = await minify(before, {
    module: true,
    ecma: 2020,
    compress: { passes: 5, keep_fargs: false },
    mangle: { properties: { regex: /^_\$/, reserved: SHARED } },
    format: { comments: false },
  });
  return code;
}
