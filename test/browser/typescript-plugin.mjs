import { join } from 'node:path';
import { transformWithOxc } from 'vite';

/** A plugin of web-test-runner that serves TypeScript as JavaScript, made by the compiler that Vite has. */
export function typescriptPlugin() {
  let rootDir;
  const isTypeScript = (path) => path.endsWith('.ts');
  return {
    name: 'typescript',
    serverStart({ config }) {
      rootDir = config.rootDir;
    },
    resolveMimeType({ path }) {
      return isTypeScript(path) ? 'js' : undefined;
    },
    async transform({ path, body }) {
      if (!isTypeScript(path)) return undefined;
      const file = join(rootDir, decodeURIComponent(path));
      const { code, map } = await transformWithOxc(body, file, { sourcemap: true });
      const inlineMap = Buffer.from(JSON.stringify(map)).toString('base64');
      return `${code}\n//# sourceMappingURL=data:application/json;base64,${inlineMap}\n`;
    },
  };
}
