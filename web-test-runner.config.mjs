import { defaultReporter } from '@web/test-runner';
import { chromeLauncher } from '@web/test-runner-chrome';
import { countReporter } from './test/browser/count-reporter.mjs';
import { typescriptPlugin } from './test/browser/typescript-plugin.mjs';

const { CHROMIUM_PATH = '/usr/bin/chromium', TEST_REPORT } = process.env;

/** The element in a real browser. What needs the server too is in test/flow. */
export default {
  files: ['test/widget/element/**/*.test.ts'],
  nodeResolve: true,
  // That Lit is in development mode, where it warns of mistakes, is what these tests want.
  filterBrowserLogs: ({ args }) => !String(args[0]).startsWith('Lit is in dev mode'),
  // The test files share an origin, and with it the channels that a popup's page speaks on.
  concurrency: 1,
  testFramework: { config: { timeout: 10_000 } },
  plugins: [typescriptPlugin()],
  reporters: [defaultReporter(), ...(TEST_REPORT ? [countReporter(TEST_REPORT)] : [])],
  browsers: [
    chromeLauncher({
      launchOptions: {
        executablePath: CHROMIUM_PATH,
        args: [
          '--headless',
          '--no-sandbox',
          '--disable-gpu',
          '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup',
          '--disable-quic',
          '--no-first-run',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
          // The tests of the popup's pages open popups without a click.
          '--disable-popup-blocking',
        ],
      },
    }),
  ],
};
