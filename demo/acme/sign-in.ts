import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { parseCookie } from 'cookie';
import { type RequestHandler, Router, urlencoded } from 'express';
import type { BrokerUser } from '../../server/broker/index.ts';
import { ExpiringMap } from '../simulator/oauth/expiring-map.ts';
import { html } from '../simulator/oauth/html.ts';
import { sendAcmePage } from './acme-page.ts';
import { END_USERS } from './end-users.ts';

const COOKIE = 'acme_session';
/** In milliseconds. */
const LIFETIME = 8 * 3_600_000;

/** Acme's own sign-in: who is at this browser. It asks for no password, as there is nothing to protect. */
export class SignIn {
  readonly #url: string;
  /** By the value of the cookie. */
  readonly #people = new ExpiringMap<BrokerUser>(LIFETIME);

  /** @param url Acme's origin */
  constructor(url: string) {
    this.#url = url;
  }

  /** Who is signed in. */
  userOf(request: IncomingMessage): BrokerUser | undefined {
    return this.#people.get(parseCookie(request.headers.cookie ?? '')[COOKIE] ?? '');
  }

  /** The sign-in page, as an address of this site. @param returnTo a path of this site, where the person goes afterwards */
  static addressFor(returnTo: string): string {
    return `/sign-in?${new URLSearchParams({ to: returnTo })}`;
  }

  routes(): Router {
    const router = Router();
    router.get('/sign-in', (request, response) => {
      const to = this.#pathOf(request.query['to']);
      sendAcmePage(response, 200, 'Sign in', signInPage(to));
    });
    const own = [this.#refuseOtherSites, urlencoded({ extended: false })];
    router.post('/sign-in', ...own, (request, response) => {
      const user = END_USERS.find(({ id }) => id === request.body?.user);
      if (user === undefined) return response.redirect(303, '/sign-in');
      // A new one for each sign-in: whoever put a cookie here before does not share the session.
      const session = randomBytes(32).toString('base64url');
      this.#people.set(session, user);
      // Lax: an app sends the person here from its own site, and the person is still signed in.
      response.cookie(COOKIE, session, { httpOnly: true, sameSite: 'lax', maxAge: LIFETIME });
      response.redirect(303, this.#pathOf(request.body?.to));
    });
    router.post('/sign-out', ...own, (request, response) => {
      this.#people.take(parseCookie(request.headers.cookie ?? '')[COOKIE] ?? '');
      response.clearCookie(COOKIE).redirect(303, '/');
    });
    return router;
  }

  /** Only paths of this site: the sign-in page is no way to send people elsewhere. */
  #pathOf(to: unknown): string {
    const path = typeof to === 'string' && URL.canParse(to, this.#url) ? to : '/';
    const { origin, pathname, search } = new URL(path, this.#url);
    return origin === this.#url ? pathname + search : '/';
  }

  /** Nobody else may sign a person in or out. */
  readonly #refuseOtherSites: RequestHandler = (request, response, next) => {
    const site = request.get('Sec-Fetch-Site');
    const isOwn = site === undefined ? request.get('Origin') === this.#url : site === 'same-origin';
    if (isOwn) return next();
    sendAcmePage(
      response,
      403,
      'Not from here',
      html`<h1>This form belongs to Acme Invest’s own pages.</h1>`,
    );
  };
}

function signInPage(to: string) {
  return html`<h1>Sign in to Acme Invest</h1>
<p>In this demo nobody has a password. Choose who you are.</p>
<form method="post" action="/sign-in">
<input type="hidden" name="to" value="${to}">
${END_USERS.map(
  ({
    id,
    name = id,
    fullName,
  }) => html`<button name="user" value="${id}">${fullName}<small>${name}</small></button>
`,
)}
</form>`;
}
