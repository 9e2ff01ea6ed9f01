import { listWidgetFindings, reportInstall } from '../../../shared/contracts/doctor.ts';
import { storedFaults } from '../../../shared/install-vocabulary.ts';
import { limits } from '../../../shared/limits.ts';
import type { Deps } from '../../deps.ts';
import { HttpProblem } from '../../http/problem.ts';
import { Reply, type Route, route } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { WidgetLookup } from '../visitors/visitor-token.ts';
import { readableByAll } from '../visitors/widget-config.ts';
import { findingsOf } from './findings-of.ts';
import type { InstallDoctor } from './install-doctor.ts';

const findingsMax = storedFaults.length * limits.findingsPerKindMax;

/** What is wrong with the tags of widgets: told by pages, read by members. */
export function doctorRoutes({ now }: Pick<Deps, 'now'>, widgets: WidgetLookup, doctor: InstallDoctor): Route[] {
  return [
    route(reportInstall, async ({ params, query, request }) => {
      const widget = await widgets.findByPublicKey(params.publicKey);
      if (!widget) throw new HttpProblem('not-found', 'No widget has this public key.', readableByAll);
      doctor.report(widget, request.headers, query);
      return new Reply({ headers: { ...readableByAll.headers, 'Cache-Control': 'no-store' } });
    }),

    route(listWidgetFindings, async ({ caller, params }) => {
      const { widgets: own, findings, installs } = caller.storage;
      const widget = await own.find(params.widgetId);
      if (!widget) throw new NotFoundError('widget');
      const [found, seen] = await Promise.all([
        findings.list(widget.id, findingsMax),
        installs.list(widget.id, limits.installsPerWidgetMax),
      ]);
      return { items: findingsOf(widget, { findings: found, installs: seen, strays: doctor.strays(), now: now() }) };
    }),
  ];
}
