import { join } from 'node:path';
import { fill, snippet } from '../documents.ts';
import { Project } from '../package/installed-package.ts';
import { bundle } from './bundle.ts';
import { type GuestSite, openGuestSite } from './guest-site.ts';
import type { Person } from './person.ts';

/** The server of the examples. */
const SERVER = 'https://app.yoursite.com';

/** A website that uses examples of the documents, and notes what they call of the site's own. */
export class ReadmePages implements AsyncDisposable {
  readonly #site: GuestSite;
  readonly #project = new Project();
  /** Where the server is that the examples are to use. */
  server = '';

  private constructor(site: GuestSite) {
    this.#site = site;
  }

  static async open(): Promise<ReadmePages> {
    return new ReadmePages(await openGuestSite('localhost'));
  }

  /** The site's origin. */
  get url(): string {
    return this.#site.url;
  }

  /** What a document says, for this server. */
  here(code: string): string {
    return fill(code, { [SERVER]: this.server });
  }

  /** The script tag and the element, as a document has them. */
  tags(document: string): string {
    return this.here(snippet(document, '<script type="module"'));
  }

  /** The example of a document that holds this text, as a script of the page. */
  script(document: string, text: string): string {
    return `<script type="module">${snippet(document, text)}</script>`;
  }

  /** Puts up a page. @param own the functions of the page's own that its example calls */
  page(path: string, body: string, own: string[] = []): string {
    const notes = `<script>
      window.told = {};
      for (const name of ${JSON.stringify(own)}) {
        told[name] = [];
        window[name] = (...what) => { told[name].push(what); };
      }
    </script>`;
    const head = '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>A page</title>';
    this.#site.pages.set(path, () => ({ body: head + notes + body }));
    return this.url + path;
  }

  /** A page whose only script is an example, bundled where the packed package is installed. */
  async bundledPage(path: string, code: string, body: string, own: string[] = []): Promise<string> {
    this.#project.write('page.ts', code);
    const { folder: root } = this.#project;
    const script = await bundle(join(root, 'page.ts'), { root });
    this.#site.pages.set(`${path}.js`, () => ({ type: 'text/javascript', body: script }));
    return this.page(path, `${body}<script type="module" src="${path}.js"></script>`, own);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#project[Symbol.dispose]();
    await this.#site[Symbol.asyncDispose]();
  }
}

/** What the page's example told a function of the page's own. */
export function told({ page }: Person, name: string): Promise<unknown[][]> {
  return page.evaluate(
    (called) => (window as unknown as { told: Record<string, unknown[][]> }).told[called] ?? [],
    name,
  );
}
