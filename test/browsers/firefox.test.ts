import { describeAccounts } from './describe-accounts.ts';
import { describeFlow } from './describe-flow.ts';
import { describePages } from './describe-pages.ts';
import { describeRedirect } from './describe-redirect.ts';
import { firefox } from './firefox.ts';

describeFlow(firefox);
describeRedirect(firefox);
describePages(firefox);
describeAccounts(firefox);
