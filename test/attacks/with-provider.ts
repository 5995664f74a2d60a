import { findProvider, type Provider } from '../../server/providers.ts';
import type { Stage } from '../stage.ts';

/** Changes what a running server knows of a provider, and puts it back afterwards. */
export async function withProvider(
  stage: Stage,
  id: string,
  changes: Partial<Provider>,
  then: () => Promise<void>,
): Promise<void> {
  const provider = findProvider(stage.service.configuration.providers, id);
  const before = { ...provider };
  Object.assign(provider, changes);
  await then().finally(() => Object.assign(provider, before));
}
