import type { RequestHandler } from 'express';
import { originNotAllowed } from '../guard/origin-not-allowed.ts';
import { requestIdOf } from '../log/name-request.ts';
import { report } from '../log/report.ts';
import type { Service } from '../service.ts';
import { isSameSite } from './same-site.ts';

/**
 * `GET /launch?origin=…`: the popup's first page (design, step 3). It talks to nobody but an opener of that origin, and
 * only an origin on the allow-list gets it at all.
 */
export function openLaunchPage({ configuration, guard, pages, log }: Service): RequestHandler {
  return (request, response) => {
    const { searchParams } = new URL(request.originalUrl, configuration.publicUrl);
    const origin = searchParams.get('origin') ?? '';
    if (!guard.allows(origin)) {
      const { status, code, message } = originNotAllowed(origin);
      report(log, 'warn', { event: 'launch_refused', code, requestId: requestIdOf(response) });
      pages.message.send(response, { status, message });
      return;
    }
    pages.launch.send(response, {
      message: 'Opening Alpaca…',
      data: { origin, mount: configuration.mountPath, sameSite: isSameSite(request) },
    });
  };
}
