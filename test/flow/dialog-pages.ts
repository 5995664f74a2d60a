import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { resolve } = createRequire(import.meta.url);
const FOCUS_TRAP = ['tabbable/dist/index.umd.js', 'focus-trap/dist/focus-trap.umd.js']
  .map((name) => `<script>${readFileSync(resolve(name), 'utf8')}</script>`)
  .join('');

/** What a page has around the button, by the kind of its dialog. `window.pageDialogOpen()` tells whether it is still open. */
export const DIALOG_PAGES: Record<string, string> = {
  native: `<dialog id="around"><button>First</button><alpaca-connect></alpaca-connect><button>Last</button></dialog>
    <script>
      around.showModal();
      pageDialogOpen = () => around.open;
    </script>`,
  own: `<div id="around" role="dialog"><button>First</button><alpaca-connect></alpaca-connect><button>Last</button></div>
    <script>
      document.addEventListener('keydown', ({ key }) => { if (key === 'Escape') around.hidden = true; }, true);
      pageDialogOpen = () => !around.hidden;
    </script>`,
  trap: `<div id="around" role="dialog"><button>First</button><alpaca-connect></alpaca-connect><button>Last</button></div>
    ${FOCUS_TRAP}
    <script>
      const trap = focusTrap.createFocusTrap(around, { clickOutsideDeactivates: true });
      trap.activate();
      pageDialogOpen = () => trap.active;
    </script>`,
};
