import type { Response } from 'express';
import type { Sealer } from '../session/sealer.ts';
import { type Grant, sealGrant } from './grant.ts';
import { seeOther } from './see-other.ts';

/**
 * Ends redirect mode: the tab goes back to its page with the grant in the fragment, which browsers send to no server and
 * in no referrer, but along every further redirect: `returnTo` is a page that the owner listed. Worth nothing without the code
 * verifier, which never left that page's tab, and on one site nothing in another browser.
 */
export function returnGrant(response: Response, sealer: Sealer, grant: Grant, returnTo: string): void {
  seeOther(response, `${returnTo}#alpaca-connect=${sealGrant(sealer, grant)}`);
}
