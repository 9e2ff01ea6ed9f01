import * as contract from '../../../shared/contracts/answers.ts';
import type { Deps } from '../../deps.ts';
import { type Route, route } from '../../http/route.ts';
import { createSealing } from '../../lib/sealing.ts';
import { randomToken } from '../../lib/secrets.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { recordWidgetChange } from '../widgets/record-widget-change.ts';
import { webhookSecretContext } from './create-engines.ts';
import type { WorkflowTimes } from './engines/call-workflow.ts';
import type { Fetch } from './guarded-request.ts';
import { presentWebhookCall } from './receipt.presenter.ts';
import { sendAgain } from './send-again.ts';

type WorkflowDeps = Pick<Deps, 'storage' | 'secrets' | 'bus' | 'now' | 'newId'> & {
  guardedFetch: Fetch;
  times?: Partial<WorkflowTimes>;
};

/** A widget's workflow: what its calls are signed with, and what came of them. */
export function workflowsRoutes(deps: WorkflowDeps): Route[] {
  const { storage, secrets } = deps;
  const sealing = createSealing(secrets.sealingKeys);
  return [
    route(contract.getWebhookSecret, async ({ caller, params }) => {
      const { id } = await foundWidget(caller.storage, params.widgetId);
      const secret = await caller.storage.webhooks.findSecret(id);
      return { createdAt: secret?.createdAt.toISOString() ?? null };
    }),

    route(contract.rotateWebhookSecret, async ({ caller, params, request: { requestId } }) => {
      const { clientId, user } = caller;
      const secret = `whs_${randomToken(32)}`;
      const createdAt = await storage.transaction(async (scope) => {
        const own = scope.forClient(clientId);
        const widget = await foundWidget(own, params.widgetId);
        const isFirst = (await own.webhooks.findSecret(widget.id)) === undefined;
        const sealed = sealing.seal(secret, webhookSecretContext(clientId, widget.id));
        const stored = await own.webhooks.setSecret(widget.id, sealed);
        const verb = isFirst ? 'webhookSecretMade' : 'webhookSecretRotated';
        await recordWidgetChange(own, { user, requestId }, { widget, verb });
        return stored.createdAt;
      });
      return { secret, createdAt: createdAt.toISOString() };
    }),

    route(contract.listWebhookCalls, async ({ caller, params, query }) => {
      const { id } = await foundWidget(caller.storage, params.widgetId);
      const page = await caller.storage.webhooks.list(id, query);
      return { items: page.items.map(presentWebhookCall), nextCursor: page.nextCursor };
    }),

    route(contract.sendWebhookCallAgain, async ({ caller, params }) => {
      const { call, posted } = await sendAgain({ ...deps, sealing }, { own: caller.storage, ...params });
      return { call: presentWebhookCall(call), posted };
    }),
  ];
}

async function foundWidget(own: ClientStorage, widgetId: string) {
  const widget = await own.widgets.find(widgetId);
  if (!widget) throw new NotFoundError('widget');
  return widget;
}
