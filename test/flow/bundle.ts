import { build, type InlineConfig, mergeConfig } from 'vite';

/** A script and everything that it imports, in one file, as a page or a worker gets it. */
export async function bundle(entry: string, config: InlineConfig = {}): Promise<string> {
  const common: InlineConfig = {
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      modulePreload: false,
      rolldownOptions: { input: entry, output: { codeSplitting: false } },
    },
  };
  const result = await build(mergeConfig(common, config));
  const outputs = Array.isArray(result) ? result : 'output' in result ? [result] : [];
  const chunk = outputs[0]?.output.find(({ type }) => type === 'chunk');
  return chunk?.type === 'chunk' ? chunk.code : '';
}
