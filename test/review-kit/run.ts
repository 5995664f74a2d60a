import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SIMULATOR_ACCOUNTS } from '../../demo/simulator/index.ts';
import { processVariables } from '../../server/config-reader.ts';
import type { RequestedEnvironment } from '../../server/contract.ts';
import { openBrowser } from '../flow/open-browser.ts';
import { openStage } from '../stage.ts';
import { dataFlow } from './data-flow.ts';
import { reviewPage } from './review-page.ts';
import { film } from './video.ts';
import { appPage, type Shot, walk } from './walk.ts';

/**
 * `npm run review-kit`: what Alpaca's review of an app asks to see, made from this app's own settings. Goes through the connect
 * flow in Chromium, against the simulator, and writes `review/`: pictures of each step, a video, and a page with the texts that
 * people read, the permissions, where data go and what is left to do.
 */

/** The settings of the app that people see. Its credentials, hosts and stores are not used: nothing here reaches Alpaca. */
const SHOWN = [
  'APP_NAME',
  'APP_URL',
  'APP_DISCLOSURE',
  'ALPACA_SCOPES',
  'ALPACA_ENVIRONMENTS',
  'ALPACA_LIVE',
  'ALPACA_ALLOW',
  'SESSION_IDLE',
  'SESSION_ABSOLUTE',
] as const;

const DESKTOP = { name: 'desktop', width: 1280, height: 800 };
const PHONE = { name: 'phone', width: 390, height: 844, deviceScaleFactor: 2 };

/**
 * @param variables The app's environment variables.
 * @param folder Where to write. What is there under the same names is replaced.
 */
export async function makeReviewKit(
  variables: Record<string, string | undefined>,
  folder: string,
): Promise<void> {
  const shown = Object.fromEntries(SHOWN.map((name) => [name, variables[name] ?? '']));
  const name = variables['APP_NAME']?.trim() || 'Your app';
  await using stage = await openStage({
    environment: { ...shown, APP_NAME: name, ...ownLiveAccount(variables) },
    pages: appPage(name, environmentOf(shown)),
    clientName: name,
  });
  await using chromium = await openBrowser();
  mkdirSync(folder, { recursive: true });

  const shots: Shot[] = [];
  for (const viewport of [DESKTOP, PHONE]) shots.push(...(await walk(chromium.browser, stage.url, viewport)));
  for (const { file, picture } of shots) writeFileSync(join(folder, file), picture);

  writeFileSync(join(folder, 'connect-flow.webm'), await film(chromium.browser, stage.url));

  writeFileSync(join(folder, 'data-flow.svg'), dataFlow(name));
  const { configuration } = stage.service;
  const isNamed = Boolean(variables['APP_NAME']?.trim());
  const isOnRedis = Boolean(variables['REDIS_URL'] ?? variables['REDIS_URL_FILE']);
  writeFileSync(join(folder, 'index.html'), reviewPage({ configuration, isNamed, isOnRedis, shots }));
  const page = await chromium.browser.newPage();
  await page.goto(pathToFileURL(join(folder, 'index.html')).href);
  await page.pdf({ path: join(folder, 'review.pdf'), format: 'A4', printBackground: true });
}

/** What the app offers is what its button asks for. */
function environmentOf({ ALPACA_ENVIRONMENTS = '' }: Record<string, string>): RequestedEnvironment {
  if (!/\blive\b/.test(ALPACA_ENVIRONMENTS)) return 'paper';
  return /\bpaper\b/.test(ALPACA_ENVIRONMENTS) ? 'both' : 'live';
}

const OWN_LIVE = SIMULATOR_ACCOUNTS.find(({ environment }) => environment === 'live')?.number ?? '';

/** With `ALPACA_LIVE=developer`, the developer's own account is the simulator's. */
function ownLiveAccount({ ALPACA_LIVE }: Record<string, string | undefined>): Record<string, string> {
  return ALPACA_LIVE?.trim() === 'developer' ? { ALPACA_DEVELOPER_ACCOUNTS: OWN_LIVE } : {};
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const folder = 'review';
  process.stdout.write(
    'Going through the connect flow in Chromium, against the simulator. This takes a minute.\n',
  );
  await makeReviewKit(processVariables(), folder);
  process.stdout.write(
    `Written to ${relative('.', folder)}/: begin with index.html. Alpaca's own page in it is the simulator's: before you submit, record that step with your registered app.\n`,
  );
}
