import { Html, html } from '../../demo/simulator/oauth/html.ts';
import type { Configuration } from '../../server/configuration.ts';
import { type OperationScope, operations } from '../../server/operations.ts';
import type { Shot } from './walk.ts';

interface ReviewPage {
  configuration: Configuration;
  /** Whether the app said its name. */
  isNamed: boolean;
  /** Whether the app keeps its sessions in Redis. */
  isOnRedis: boolean;
  shots: readonly Shot[];
}

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1.25rem; color: #1a1a1a; background: #fff }
h2 { margin-top: 3rem; border-top: 1px solid #ccc; padding-top: 1rem }
figure { margin: 0; break-inside: avoid } figcaption { color: #555; font-size: .9em }
figure img { max-height: 30rem; border: 1px solid #ccc; border-radius: 4px }
.desktop { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem }
.phone { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1rem }
blockquote { white-space: pre-line; margin: 0; padding: 1rem; background: #f6f6f4; border-radius: 4px }
table { border-collapse: collapse; width: 100% } th, td { text-align: start; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #ddd }
td code { white-space: nowrap; font-size: .85em } td:nth-child(-n + 2) { min-width: 10rem } img, video { max-width: 100% }
@media print { nav, video { display: none } }
`;

/** The page that holds it all together, for the reviewer and for the one who submits. One file, but for the pictures beside it. */
export function reviewPage({ configuration, isNamed, isOnRedis, shots }: ReviewPage): string {
  const { appName } = configuration;
  return String(html`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${`${appName}: how it connects to Alpaca`}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>${new Html(STYLE)}</style>
<h1>${`${appName}: how it connects to Alpaca`}</h1>
<p>Made by <code>npm run review-kit</code> from the app’s own settings: name, link, disclosure, permissions, environments and the rule for live
accounts. The pages of the app are the real ones. Alpaca’s consent page is that of a simulator and looks different from Alpaca’s own.</p>
<nav><ol>
<li><a href="#flow">The connect flow</a></li><li><a href="#texts">What people read</a></li><li><a href="#permissions">Permissions</a></li>
<li><a href="#data">Where data go</a></li><li><a href="#token">Where the token is kept</a></li><li><a href="#checklist">Checklist</a></li>
</ol></nav>
<h2 id="flow">1. The connect flow</h2>
<video controls src="connect-flow.webm" width="640"></video>
${['desktop', 'phone'].map((device) => pictures(device, shots))}
<h2 id="texts">2. What people read</h2>
${texts(shots)}
<h2 id="permissions">3. Permissions</h2>
${permissions(configuration)}
<h2 id="data">4. Where data go</h2>
<img src="data-flow.svg" alt="Data flow between browser, server and Alpaca">
<h2 id="token">5. Where the token is kept, and how</h2>
${protection(configuration, isOnRedis)}
<h2 id="checklist">6. Checklist</h2>
${checklist(configuration, isNamed)}
</html>
`);
}

function pictures(device: string, shots: readonly Shot[]): Html {
  const own = shots.filter((shot) => shot.device === device);
  return html`<h3>${device === 'phone' ? 'On a phone (390 × 844)' : 'On a desktop (1280 × 800)'}</h3>
<div class="${device}">${own.map(({ file, title }) => html`<figure><img src="${file}" alt="${title}"><figcaption>${title}</figcaption></figure>`)}</div>
`;
}

function texts(shots: readonly Shot[]): Html[] {
  return shots
    .filter(({ device, text }) => device === 'desktop' && text !== '')
    .map(({ title, text }) => html`<h3>${title}</h3><blockquote>${text}</blockquote>`);
}

/** What a permission is, in the words of Alpaca's documents. */
const PERMISSIONS: readonly (readonly [OperationScope, string])[] = [
  ['none', 'Read: account, positions, orders, history, watchlists, assets'],
  ['trading', 'Place, change and cancel orders; close positions; exercise options'],
  ['account:write', 'Change account settings and watchlists'],
  ['data', 'Read market data through the person’s own subscription'],
  ['undocumented', 'Withdrawals and their addresses, stock locates, minting'],
];

function permissions({ scopes, allow }: Configuration): Html {
  const rows = PERMISSIONS.map(([scope, meaning]) => {
    const own = operations.filter(([, , , needed]) => needed === scope);
    const isAsked = scope === 'none' || scopes.includes(scope);
    const open = scope === 'undocumented' ? allow : own.map(([, method, path]) => `${method} ${path}`);
    const isOpen = isAsked || (scope === 'undocumented' && allow.length > 0);
    const name =
      { none: 'none needed', undocumented: 'none that Alpaca documents' }[scope as string] ?? scope;
    const passed = isOpen
      ? open.map((operation) => html`<code>${operation}</code><br>`)
      : 'The server refuses all of these.';
    return html`<tr><td><code>${name}</code></td><td>${meaning}</td><td>${isOpen ? 'Yes' : 'No'}</td><td>${passed}</td></tr>`;
  });
  return html`<p>The server passes on what is in this table and refuses everything else, whatever the page asks for. A person may grant less; then less passes.
A token covers the account, or the one of each environment, that the person chose at Alpaca.</p>
<table><thead><tr><th>Permission</th><th>What it is for</th><th>Asked for</th><th>Operations that pages of the app can use</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function protection(
  { environments, live, sessionIdle, sessionAbsolute }: Configuration,
  isOnRedis: boolean,
): Html {
  const hours = (milliseconds: number) => `${Math.round(milliseconds / 360_000) / 10} hours`;
  return html`<ul>
<li>The access token is kept on the server, in its session store (${isOnRedis ? 'Redis' : 'a SQLite file'}), encrypted with AES-256-GCM under a key that is not in the store. It is in no answer, page, address or log line.</li>
<li>The browser keeps a session cookie: <code>HttpOnly</code>, <code>Secure</code> on https, and bound to the server’s host. It holds a random id and nothing else. A session ends after ${hours(sessionIdle)} without use, and ${hours(sessionAbsolute)} after it began.</li>
<li>The client secret is on the server only. Alpaca’s code reaches no script of a page: the server encrypts it for two minutes, for one use, by the page that began (PKCE).</li>
<li>Only pages whose origin is on the server’s list can connect or send a request.</li>
<li>Disconnect deletes the server’s copy at once. Alpaca documents no way for a server to revoke a token: the person takes the permission back at <a href="https://app.alpaca.markets/connect">app.alpaca.markets/connect</a>.</li>
<li>Accounts that can be connected: ${environments.join(' and ')}. Rule for live accounts: <code>${live}</code>.</li>
</ul>`;
}

/** A term of Alpaca's, or something that its review asks for; what the software does about it; what is left to do. */
type Term = readonly [term: string, enforced: string, left: string];

function checklist({ disclosure, live, appName, appUrl }: Configuration, isNamed: boolean): Html {
  const isReview = disclosure === 'review';
  const terms: readonly Term[] = [
    [
      'Accounts are connected by OAuth 2.0 only',
      'There is no other way in: no API key is asked for or taken.',
      '',
    ],
    [
      'People read and acknowledge a disclosure before they connect, with Deny and Allow',
      isReview
        ? 'Shown before anything is opened, in the words that applicants report. The server’s log has a hash of what each person agreed to.'
        : 'A disclosure is shown before anything is opened, in this project’s own words.',
      isReview
        ? 'Compare the paragraph with the one in the questionnaire that you got.'
        : 'Set APP_DISCLOSURE=review, and APP_URL.',
    ],
    [
      'Nothing says or suggests that Alpaca developed the app',
      'The dialog says the contrary. No logo of Alpaca ships.',
      'The rest of your site.',
    ],
    [
      'The app has its name, and a page to learn more',
      isNamed ? `The dialog calls it ${appName}.` : '',
      [isNamed ? '' : 'Set APP_NAME.', appUrl === null ? 'Set APP_URL.' : ''].filter(Boolean).join(' ') ||
        'Use the same name in your registration at Alpaca.',
    ],
    [
      'Live trading for other people only after Alpaca’s approval',
      {
        off: 'No live account can be connected.',
        developer: 'Only the listed accounts of the developer can be connected.',
        approved: 'Live accounts can be connected.',
      }[live],
      live === 'approved'
        ? 'Have the approval. If you do not yet, set ALPACA_LIVE back.'
        : 'Set ALPACA_LIVE=approved after the approval, and not before.',
    ],
    ['A commercial app has Alpaca’s written approval', '', 'Say so when you register the app.'],
    [
      'Market data are not passed on to others',
      'Every request goes out with the token of the person who asks, and no answer is kept for another.',
      'Do not store or publish market data that one person’s connection got.',
    ],
    [
      'Client secret and tokens are never public',
      'Section 5.',
      'Keep the client secret and SESSION_KEYS out of your repository, and in *_FILE where you can.',
    ],
    [
      'Terms of use, privacy policy and security policy',
      '',
      'Write them, publish them, and link them in your registration.',
    ],
    [
      'A video or pictures of the connect flow',
      'connect-flow.webm and the pictures of this folder.',
      'Record Alpaca’s own consent page with your registered app, for in these it is a simulator’s.',
    ],
  ];
  const rows = terms.map(
    ([term, enforced, left]) =>
      html`<tr><td>${term}</td><td>${enforced || '—'}</td><td>${left || '—'}</td></tr>`,
  );
  return html`<table><thead><tr><th>What is asked</th><th>What the software does</th><th>What is left to you</th></tr></thead><tbody>${rows}</tbody></table>
<p>From Alpaca’s <a href="https://docs.alpaca.markets/us/docs/about-connect-api">terms for OAuth apps</a> and, for the disclosure, the policies and the video, from what applicants report of its questionnaire, which is not public. Nothing here is legal advice.</p>`;
}
