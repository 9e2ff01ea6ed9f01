import * as contract from '../../../shared/contracts/widgets.ts';
import type { Widget } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import type { ExchangeRequest } from '../../http/exchange.ts';
import { paginate } from '../../http/paginate.ts';
import { publicOriginOf } from '../../http/public-origin.ts';
import { type MemberCaller, type Route, route } from '../../http/route.ts';
import { createSealing } from '../../lib/sealing.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import type { Actor } from '../audit/record-change.ts';
import { createWidget } from './create-widget.ts';
import { removeIdentitySecret, rotateIdentitySecret } from './identity-secret.ts';
import { requestActivation } from './request-activation.ts';
import { rotateWidgetKey } from './rotate-widget-key.ts';
import { setWidgetArchived } from './set-widget-archived.ts';
import { updateWidget } from './update-widget.ts';
import { announceSource, followSource, type SourceChange } from './widget-source.ts';
import { presentWidget } from './widgets.presenter.ts';

const earliestFirst = {
  direction: 'ascending',
  positionOf: (widget: Widget) => ({ at: widget.createdAt, id: widget.id }),
} as const;

/** A client's widgets and their settings. */
export function widgetsRoutes(deps: Deps): Route[] {
  const { storage, bus, now } = deps;
  const sealing = createSealing(deps.secrets.sealingKeys);
  const view = async (widget: Widget, request: ExchangeRequest) => {
    const identity = await storage.forClient(widget.clientId).identities.find(widget.id);
    return presentWidget(widget, identity, publicOriginOf(deps.config, request));
  };

  /** One change in one transaction, told to everybody who keeps the widget in mind once it is committed. */
  async function change(
    { caller, request }: { caller: MemberCaller; request: ExchangeRequest },
    work: (own: ClientStorage, by: Actor) => Promise<{ widget: Widget; formerKey?: string; source?: SourceChange }>,
  ): Promise<Widget> {
    const { clientId, user } = caller;
    const by = { user, requestId: request.requestId };
    const { widget, formerKey, source } = await storage.transaction((scope) => work(scope.forClient(clientId), by));
    const publicKeys = formerKey === undefined ? [widget.publicKey] : [formerKey, widget.publicKey];
    bus.publish('widget.changed', { clientId, widgetId: widget.id, publicKeys });
    if (source) announceSource(bus, widget, source);
    return widget;
  }

  /** The document of the address that the settings name comes and goes with them. */
  const withSource = (own: ClientStorage, by: Actor, widget: Widget) =>
    followSource(own, { widget, by, reading: deps.config.reading });

  return [
    route(contract.listWidgets, async ({ caller, query, request }) => {
      const all = await caller.storage.widgets.list({ archived: query.archived === 'true' });
      const { items, nextCursor } = paginate(all, query, earliestFirst);
      const identities = new Map((await caller.storage.identities.list()).map((one) => [one.widgetId, one]));
      const origin = publicOriginOf(deps.config, request);
      return { items: items.map((widget) => presentWidget(widget, identities.get(widget.id), origin)), nextCursor };
    }),

    route(contract.createWidget, async (call) => {
      const { activateAt, ...settings } = call.body;
      const widget = await change(call, async (own, by) => {
        const wish = { settings, activateAt: instantOf(activateAt), by, now: now() };
        return withSource(own, by, await createWidget(own, wish));
      });
      return view(widget, call.request);
    }),

    route(contract.getWidget, async ({ caller, params, request }) => {
      const widget = await caller.storage.widgets.find(params.widgetId);
      if (!widget) throw new NotFoundError('widget');
      return view(widget, request);
    }),

    route(contract.updateWidget, async (call) => {
      const { widgetId } = call.params;
      const widget = await change(call, async (own, by) => {
        const changed = await updateWidget(own, { widgetId, settings: call.body, by, now: now() });
        return call.body.retrieval ? withSource(own, by, changed) : { widget: changed };
      });
      return view(widget, call.request);
    }),

    route(contract.rotateWidgetKey, async (call) => {
      const { widgetId } = call.params;
      return view(await change(call, (own, by) => rotateWidgetKey(own, { widgetId, by })), call.request);
    }),

    route(contract.activateWidget, async (call) => {
      const { widgetId } = call.params;
      const activateAt = instantOf(call.body.activateAt);
      const widget = await change(call, async (own, by) => ({
        widget: await requestActivation(own, { widgetId, activateAt, by, now: now() }),
      }));
      return view(widget, call.request);
    }),

    route(contract.archiveWidget, async (call) => {
      await setArchived(call, true);
      return undefined;
    }),

    route(contract.restoreWidget, async (call) => view(await setArchived(call, false), call.request)),

    route(contract.rotateIdentitySecret, async ({ caller, params, request }) => {
      const by = { user: caller.user, requestId: request.requestId };
      const wish = { widgetId: params.widgetId, by, sealing };
      const { secret, createdAt } = await storage.transaction((scope) =>
        rotateIdentitySecret(scope.forClient(caller.clientId), wish),
      );
      return { secret, createdAt: createdAt.toISOString() };
    }),

    route(contract.removeIdentitySecret, async ({ caller, params, request }) => {
      const by = { user: caller.user, requestId: request.requestId };
      const wish = { widgetId: params.widgetId, by };
      await storage.transaction((scope) => removeIdentitySecret(scope.forClient(caller.clientId), wish));
      return undefined;
    }),
  ];

  function setArchived(
    call: { caller: MemberCaller; params: { widgetId: string }; request: ExchangeRequest },
    archived: boolean,
  ): Promise<Widget> {
    const { widgetId } = call.params;
    return change(call, async (own, by) => ({
      widget: await setWidgetArchived(own, { widgetId, archived, by, now: now() }),
    }));
  }
}

function instantOf(text: string | null | undefined): Date | undefined {
  return text === null || text === undefined ? undefined : new Date(text);
}
