import { describeAccounts } from './describe-accounts.ts';
import { describeFlow } from './describe-flow.ts';
import { describePages } from './describe-pages.ts';
import { describeRedirect } from './describe-redirect.ts';
import { webkit } from './webkit.ts';

describeFlow(webkit);
describeRedirect(webkit);
describePages(webkit);
describeAccounts(webkit);
