import { chromium } from './chromium.ts';
import { describeAccounts } from './describe-accounts.ts';
import { describeFlow } from './describe-flow.ts';
import { describePages } from './describe-pages.ts';
import { describeRedirect } from './describe-redirect.ts';

describeFlow(chromium);
describeRedirect(chromium);
describePages(chromium);
describeAccounts(chromium);
