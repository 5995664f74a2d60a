import type { Configuration } from '../configuration/configuration.ts';
import { boundedFetch } from '../flow/bounded-fetch.ts';
import type { Finding } from './finding.ts';

/** Whether browsers that go to PUBLIC_URL end at a server of this kind. It need not run while this is checked. */
export async function checkPublicUrl({ publicUrl, mountPath }: Configuration): Promise<Finding[]> {
  const url = new URL(`${mountPath}/connections`, publicUrl);
  const answer = await boundedFetch(url, { method: 'GET' }).catch(() => undefined);
  if (answer === undefined) {
    return [
      {
        level: 'warning',
        what: `Nothing answers at ${publicUrl.origin} yet, as seen from this machine.`,
        remedy: 'Start the server (npm start), and the proxy in front of it, then check again.',
      },
    ];
  }
  if (await isOurs(answer)) return [{ level: 'ok', what: `${publicUrl.origin} leads to this software.` }];
  return [
    {
      level: 'problem',
      what: `Something else answers at ${url.href}.`,
      remedy: `Let the proxy in front pass ${mountPath}/ on unchanged, or correct PUBLIC_URL, or free the port.`,
    },
  ];
}

/** Without the header that every script route demands, only this software refuses with this code. */
async function isOurs(answer: Response): Promise<boolean> {
  const body = (await answer.json().catch(() => null)) as { code?: unknown } | null;
  return body?.code === 'header_missing';
}
