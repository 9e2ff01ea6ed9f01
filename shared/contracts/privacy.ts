import * as z from 'zod/mini';
import { erasedKinds, erasureActors, retentionDays } from '../privacy-vocabulary.ts';
import { defineEndpoint } from './endpoint.ts';
import * as field from './fields.ts';

/** How long visitors' data is kept, and getting and erasing that of one visitor. */

/** What went, by kind; zeros are left out. */
export const erasedCountsView = z.partialRecord(z.enum(erasedKinds), z.int());

/** The receipt of an erasure. It names nobody. */
export const erasureView = z.object({
  id: z.string(),
  /** Which kind of actor asked for it; `system`: it was old enough. */
  actorKind: z.enum(erasureActors),
  counts: erasedCountsView,
  createdAt: z.string(),
});
export type ErasureView = z.output<typeof erasureView>;

export const privacyView = z.object({
  /** Conversations go when their last message is older than this; null: never. */
  retentionDays: z.nullable(z.int()),
  /** When what is old enough goes next; null: never. */
  nextRunAt: z.nullable(z.string()),
  /** When it was looked for last; null: not yet. */
  lastRunAt: z.nullable(z.string()),
  /** What went then; null: not yet. */
  lastRun: z.nullable(erasedCountsView),
});
export type PrivacyView = z.output<typeof privacyView>;

const area = 'Privacy';
const manage = { kind: 'member', permission: 'privacy.manage' } as const;
const clientParams = z.object({ clientId: field.id() });

const days = (number: typeof z.int) =>
  number('Must be a whole number.').check(
    z.gte(retentionDays.min, `At least ${retentionDays.min} day.`),
    z.lte(retentionDays.max, `At most ${retentionDays.max} days.`),
  );

export const getPrivacy = defineEndpoint({
  name: 'getPrivacy',
  method: 'GET',
  path: '/api/clients/:clientId/privacy',
  access: manage,
  area,
  summary: 'How long conversations are kept, and what went last.',
  params: clientParams,
  status: 200,
  answer: privacyView,
});

export const updatePrivacy = defineEndpoint({
  name: 'updatePrivacy',
  method: 'PUT',
  path: '/api/clients/:clientId/privacy',
  access: manage,
  area,
  summary: 'Sets after how many days without a message conversations are erased; null keeps them for ever.',
  params: clientParams,
  body: z.object({ retentionDays: z.nullable(days(z.int)) }),
  status: 200,
  answer: privacyView,
});

export const previewRetention = defineEndpoint({
  name: 'previewRetention',
  method: 'GET',
  path: '/api/clients/:clientId/privacy/due',
  access: manage,
  area,
  summary: 'How much would go now if conversations were kept for so many days.',
  params: clientParams,
  query: z.object({
    days: z.pipe(
      z.string('Must be a whole number.').check(z.regex(/^\d{1,5}$/, 'Must be a whole number.')),
      z.pipe(z.transform(Number), days(z.int)),
    ),
  }),
  status: 200,
  answer: z.object({ conversations: z.int(), visitors: z.int() }),
});

export const listErasures = defineEndpoint({
  name: 'listErasures',
  method: 'GET',
  path: '/api/clients/:clientId/privacy/erasures',
  access: manage,
  area,
  summary: 'Receipts of what was erased, newest first.',
  params: clientParams,
  query: z.object(field.pageQuery),
  status: 200,
  answer: field.pageOf(erasureView),
});

const exportSummary = 'one JSON document with profile, conversations, messages, files (Base64), ratings and questions.';
const eraseSummary = 'with conversations, files and all that was made of them; answers the receipt.';
const visitorParams = z.object({ clientId: field.id(), visitorId: field.id() });

export const exportVisitor = defineEndpoint({
  name: 'exportVisitor',
  method: 'GET',
  path: '/api/clients/:clientId/visitors/:visitorId/export',
  access: { kind: 'member', permission: 'visitors.export' },
  area,
  summary: `Everything that is kept of a visitor: ${exportSummary}`,
  params: visitorParams,
  status: 200,
  download: true,
});

export const eraseVisitor = defineEndpoint({
  name: 'eraseVisitor',
  method: 'DELETE',
  path: '/api/clients/:clientId/visitors/:visitorId',
  access: { kind: 'member', permission: 'visitors.erase' },
  area,
  summary: `Erases a visitor ${eraseSummary}`,
  params: visitorParams,
  status: 200,
  answer: erasureView,
});

const program = { kind: 'apiKey' } as const;

export const integrationExportVisitor = defineEndpoint({
  name: 'integrationExportVisitor',
  method: 'GET',
  path: '/api/v1/visitors/:visitorId/export',
  access: program,
  area: 'Integration API',
  summary: `Everything that is kept of a visitor: ${exportSummary}`,
  params: z.object({ visitorId: field.id() }),
  status: 200,
  download: true,
});

export const integrationEraseVisitor = defineEndpoint({
  name: 'integrationEraseVisitor',
  method: 'DELETE',
  path: '/api/v1/visitors/:visitorId',
  access: program,
  area: 'Integration API',
  summary: `Erases a visitor ${eraseSummary} Erasing again answers 404.`,
  params: z.object({ visitorId: field.id() }),
  status: 200,
  answer: erasureView,
});

const visitor = { kind: 'visitor' } as const;

export const exportOwnData = defineEndpoint({
  name: 'exportOwnData',
  method: 'GET',
  path: '/api/visitor/data',
  access: visitor,
  area: 'Widget',
  summary: `Everything that is kept of the visitor who asks: ${exportSummary}`,
  status: 200,
  download: true,
});

export const eraseOwnData = defineEndpoint({
  name: 'eraseOwnData',
  method: 'DELETE',
  path: '/api/visitor/data',
  access: visitor,
  area: 'Widget',
  summary: `Erases the visitor who asks, ${eraseSummary} The token begins no conversation any more.`,
  status: 200,
  answer: erasureView,
});
