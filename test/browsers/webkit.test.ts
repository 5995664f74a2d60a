import { describeFlow } from './describe-flow.ts';
import { describeRedirect } from './describe-redirect.ts';
import { webkit } from './webkit.ts';

describeFlow(webkit);
describeRedirect(webkit);
