import { writePart } from './find-part.ts';
import { describeFailure } from './refusal.ts';

/**
 * Loads what a panel shows. Its `data-state` is `loading` until the first answer, then `ready` or `empty`; `failed`
 * when there never was an answer, and `stale` when an older one is still on show.
 * @param show writes the answer and says whether there was anything to write
 * @returns whether the answer came
 */
export async function fillPanel<Answer>(
  panel: HTMLElement,
  load: () => Promise<Answer>,
  show: (answer: Answer) => 'ready' | 'empty',
): Promise<boolean> {
  try {
    panel.dataset['state'] = show(await load());
    writePart(panel, 'problem', '');
    return true;
  } catch (error) {
    const shown = panel.dataset['state'] === 'ready' || panel.dataset['state'] === 'stale';
    panel.dataset['state'] = shown ? 'stale' : 'failed';
    writePart(panel, 'problem', `${shown ? 'Not up to date. ' : ''}${describeFailure(error)}`);
    return false;
  }
}
