import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import helmet from 'helmet';
import type { Language } from './messages/languages.ts';
import { fillIn, sentences } from './messages/sentences.ts';

/** Markup that is safe to send. Only `html` makes it. */
export class Html {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

type Value = string | Html | undefined | readonly (Html | undefined)[];

/** A template whose values become text, in elements and in quoted attributes, unless they are markup already. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(strings.map((part, index) => part + sourceOf(values[index])).join(''));
}

function sourceOf(value: Value): string {
  if (value instanceof Html) return value.source;
  if (typeof value === 'object') return value.map(sourceOf).join('');
  return (value ?? '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A sentence with markup in place of its words in braces. Words without a value stay. */
export function sentence(text: string, values: Readonly<Record<string, string | Html>>): Html[] {
  return text.split(/({\w+})/).map((part) => {
    const value = values[part.slice(1, -1)];
    return part.startsWith('{') && value !== undefined ? html`${value}` : html`${part}`;
  });
}

const STYLE = `:root{color-scheme:light dark;--line:light-dark(#c9ced6,#4a505b);--soft:light-dark(#f4f5f7,#1d2026);--muted:light-dark(#545d6b,#a9b1bd);--link:light-dark(#0b57d0,#8ab4f8);font:1rem/1.5 system-ui,sans-serif;background:light-dark(#eceef1,#0e1013);color:light-dark(#15181d,#eceef1)}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;overflow-wrap:anywhere}
main{width:100%;max-width:32rem;padding:1.75rem;border:1px solid var(--line);border-radius:.75rem;background:light-dark(#fff,#16181d)}
header{display:flex;align-items:center;gap:.75rem;margin-block-end:1.25rem}
header img{width:2.5rem;height:2.5rem;object-fit:contain}
header b{display:block;font-size:1.0625rem}
h1{font-size:1.375rem;line-height:1.25;margin:0 0 1rem;text-wrap:balance}
p,ul,fieldset,blockquote,form{margin:0 0 1rem}
small,.muted{font-size:.875rem;color:var(--muted)}
blockquote{padding-inline-start:.75rem;border-inline-start:3px solid var(--line);color:var(--muted)}
ul{padding-inline-start:1.25rem}
li{margin-block:.25rem}
a{color:var(--link)}
fieldset{border:0;padding:0;min-width:0}
legend{padding:0;margin-block-end:.5rem;font-weight:600}
h2{font-size:1rem;margin:0 0 .5rem}
label,.account{display:flex;gap:.75rem;align-items:flex-start;padding:.75rem;border:1px solid var(--line);border-radius:.5rem;margin-block-end:.5rem}
label:has(:checked){border-color:currentColor;background:var(--soft)}
label small,.account small{display:block}
input[type=radio]{inline-size:1.125rem;block-size:1.125rem;margin:.1875rem 0 0;flex:none;accent-color:currentColor}
.warning{padding:.75rem;border:1px solid light-dark(#b4690e,#d39a4a);border-radius:.5rem;background:light-dark(#fff6e8,#2a2114)}
.choice{display:grid;grid-template-columns:1fr 1fr;gap:.75rem;margin-block:1.25rem}
button,.button{display:block;width:100%;min-height:2.875rem;padding:.625rem 1rem;border:1px solid light-dark(#15181d,#eceef1);border-radius:.5rem;background:light-dark(#fff,#16181d);color:inherit;font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}
button:hover,.button:hover{background:var(--soft)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.grant{display:grid;gap:.5rem;padding-block:1rem;border-block-start:1px solid var(--line)}
.grant p,.grant form{margin:0}
footer p{margin:0 0 .5rem}
footer p:last-child{margin:0}
@media(max-width:30rem){body{padding:0;place-items:start stretch;background:light-dark(#fff,#16181d)}main{border:0;border-radius:0;padding:1.25rem}}`;

const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** The headers of every page but its policy on content. */
const harden = helmet({
  contentSecurityPolicy: false,
  xFrameOptions: { action: 'deny' },
  // These pages live in popups. Anything stricter cuts them off from the app that opened them.
  crossOriginOpenerPolicy: { policy: 'unsafe-none' },
  // With `no-referrer`, browsers send `Origin: null` with our own forms. Another site learns nothing from this one either.
  referrerPolicy: { policy: 'same-origin' },
  // The owner of a host decides whether it and its subdomains are https for a year, not a router on it.
  strictTransportSecurity: false,
});

interface PageContent {
  status?: number;
  language: Language;
  title: string;
  body: Html;
  /** Where forms may lead to, beside this host: sources of a policy. Default: nowhere. */
  formTargets?: readonly string[];
}

/** What all pages of a broker have in common. */
interface BrokerLook {
  name: string;
  logoUrl?: string | undefined;
  supportUrl: string;
  /** The host that the person should see in the address bar. */
  host: string;
}

/** Sends pages without script, which no other site can frame. */
export class Pages {
  readonly look: BrokerLook;
  readonly #imageSource: string;

  constructor(look: BrokerLook) {
    this.look = look;
    this.#imageSource = look.logoUrl === undefined ? "'none'" : new URL(look.logoUrl).origin;
  }

  send(
    response: ServerResponse,
    { status = 200, language, title, body, formTargets = [] }: PageContent,
  ): void {
    harden(response.req, response, () => {
      response.writeHead(status, {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Language': language,
        'Cache-Control': 'no-store',
        'Content-Security-Policy': [
          "default-src 'none'",
          `style-src ${STYLE_SOURCE}`,
          `img-src ${this.#imageSource}`,
          "base-uri 'none'",
          `form-action ${["'self'", ...formTargets].join(' ')}`,
          "frame-ancestors 'none'",
        ].join(';'),
      });
      response.end(this.#document(language, title, body));
    });
  }

  /** A page that says why nothing was allowed, and what to do next. */
  refuse(
    response: ServerResponse,
    {
      language,
      status,
      reason,
      again,
    }: { language: Language; status: number; reason: RefusalReason; again?: string },
  ): void {
    const { name, supportUrl } = this.look;
    const { refusal } = sentences(language);
    this.send(response, {
      status,
      language,
      title: refusal.title,
      body: html`<h1>${refusal.title}</h1><p role="alert">${fillIn(refusal[reason], { broker: name })}</p>${
        again === undefined ? undefined : html`<p><a class="button" href="${again}">${refusal.again}</a></p>`
      }<p class="muted"><a href="${supportUrl}" rel="noopener noreferrer">${fillIn(refusal.support, { broker: name })}</a></p>`,
    });
  }

  #document(language: Language, title: string, body: Html): string {
    const { name, host, logoUrl } = this.look;
    const logo = logoUrl === undefined ? undefined : html`<img src="${logoUrl}" alt="">`;
    const direction = language === 'ar' ? 'rtl' : 'ltr';
    const place = sentence(sentences(language).consent.place, {
      broker: html`<bdi>${name}</bdi>`,
      host: html`<bdi>${host}</bdi>`,
    });
    const { source } =
      html`<!doctype html><html lang="${language}" dir="${direction}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>${title}</title><style>${new Html(STYLE)}</style></head><body><main><header>${logo}<div><b>${name}</b><small>${place}</small></div></header>${body}</main></body></html>`;
    return source;
  }
}

type RefusalReason = Exclude<keyof ReturnType<typeof sentences>['refusal'], 'title' | 'again' | 'support'>;

/** What ends a request with a page and not with a redirect. The log gets its cause. */
export class PageRefusal extends Error {
  override readonly name = 'PageRefusal';
  readonly status: number;
  readonly reason: RefusalReason;
  /** Where "Try again" leads to. */
  readonly again: string | undefined;

  constructor(
    status: number,
    reason: RefusalReason,
    { again, cause }: { again?: string; cause?: unknown } = {},
  ) {
    super(reason, { cause });
    this.status = status;
    this.reason = reason;
    this.again = again;
  }
}
