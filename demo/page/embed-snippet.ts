import { findPart } from './find-part.ts';

/**
 * The two tags that a site owner pastes. `server` is the origin of the server. With `integrity`, the browser runs the script
 * only while it is this very one: whoever wants new versions by themselves leaves it out.
 */
export function snippetFor(server: string, integrity: string): string {
  return [
    `<script type="module" src="${server}/alpaca/connect.js" integrity="${integrity}" crossorigin></script>`,
    '<alpaca-connect environment="paper"></alpaca-connect>',
  ].join('\n');
}

/** Shows the snippet for the server that this page came from, and lets people copy it. */
export function embedSnippet(root: ParentNode): void {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="alpaca-connect-integrity"]');
  const snippet = snippetFor(location.origin, meta?.content ?? '');
  const copied = findPart(root, 'copied');
  findPart(root, 'snippet').textContent = snippet;
  findPart(root, 'copy').addEventListener('click', async () => {
    copied.textContent = await navigator.clipboard.writeText(snippet).then(
      () => 'Copied.',
      () => 'Your browser does not allow copying: select the text instead.',
    );
  });
}
