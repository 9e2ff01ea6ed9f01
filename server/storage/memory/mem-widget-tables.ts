import type { WidgetFinding, WidgetIdentity, WidgetInstall } from '../../../shared/schema.ts';
import { widgets, withinClient } from './mem-client-tables.ts';
import { defineTable, type Reference, untyped } from './mem-table.ts';
import { clientMadeKey, clientOf, type Owned } from './mem-table-parts.ts';
import { byInstantThenId, compareText, ownedKey } from './mem-values.ts';

export const ofWidget: Reference<Owned & { widgetId: string }> = {
  to: untyped(widgets),
  key: (row) => ownedKey(row.clientId, row.widgetId),
  missing: 'widget',
  onDelete: 'cascade',
  children: withinClient,
};

/** The primary key of an install. */
export const installKey = ({ clientId, widgetId, origin }: Omit<WidgetInstall, 'firstSeenAt' | 'lastSeenAt'>) =>
  clientMadeKey(clientId, widgetId, origin);

export const installs = defineTable<WidgetInstall>()({
  name: 'widget_installs',
  key: installKey,
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: {
    client: {
      key: clientOf,
      compare: (a: WidgetInstall, b: WidgetInstall) => compareText(installKey(a), installKey(b)),
    },
    widget: {
      key: ({ clientId, widgetId }) => ownedKey(clientId, widgetId),
      compare: (a: Pick<WidgetInstall, 'lastSeenAt' | 'origin'>, b: Pick<WidgetInstall, 'lastSeenAt' | 'origin'>) =>
        byInstantThenId({ at: a.lastSeenAt, id: a.origin }, { at: b.lastSeenAt, id: b.origin }),
    },
  },
  references: [ofWidget],
});

/** The primary key of a finding. */
export const findingKey = ({
  clientId,
  widgetId,
  origin,
  kind,
}: Pick<WidgetFinding, 'clientId' | 'widgetId' | 'origin' | 'kind'>) =>
  clientMadeKey(clientId, widgetId, `${kind} ${origin}`);

export const findings = defineTable<WidgetFinding>()({
  name: 'widget_findings',
  key: findingKey,
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: {
    client: {
      key: clientOf,
      compare: (a: WidgetFinding, b: WidgetFinding) => compareText(findingKey(a), findingKey(b)),
    },
    widget: {
      key: ({ clientId, widgetId }) => ownedKey(clientId, widgetId),
      compare: (
        a: Pick<WidgetFinding, 'lastSeenAt' | 'origin' | 'kind'>,
        b: Pick<WidgetFinding, 'lastSeenAt' | 'origin' | 'kind'>,
      ) =>
        byInstantThenId({ at: a.lastSeenAt, id: a.origin }, { at: b.lastSeenAt, id: b.origin }) ||
        compareText(a.kind, b.kind),
    },
  },
  references: [ofWidget],
});

export const identities = defineTable<WidgetIdentity>()({
  name: 'widget_identities',
  key: ({ clientId, widgetId }) => ownedKey(clientId, widgetId),
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: {
    client: {
      key: clientOf,
      compare: (a: Pick<WidgetIdentity, 'widgetId'>, b: Pick<WidgetIdentity, 'widgetId'>) =>
        compareText(a.widgetId, b.widgetId),
    },
  },
  references: [ofWidget],
});
