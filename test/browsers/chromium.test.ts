import { chromium } from './chromium.ts';
import { describeFlow } from './describe-flow.ts';
import { describeRedirect } from './describe-redirect.ts';

describeFlow(chromium);
describeRedirect(chromium);
