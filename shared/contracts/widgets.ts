import * as z from 'zod/mini';
import { limits } from '../limits.ts';
import {
  preChatFieldTypes,
  weekdays,
  widgetEngines,
  widgetLanguages,
  widgetPositions,
  widgetStatuses,
  widgetThemes,
} from '../widget-settings.ts';
import { clientParams } from './clients.ts';
import { defineEndpoint } from './endpoint.ts';
import * as field from './fields.ts';

const color = z
  .string({ error: 'Must be a colour, as in #4f46e5.' })
  .check(z.regex(/^#[0-9a-fA-F]{6}$/, 'Must be a colour of the form #rrggbb.'), z.toLowerCase());

/** A host, with an optional port and an optional leading `*.` for its subdomains, as in `*.example.com`. */
const site = z
  .string({ error: 'Must be a site, as in www.example.com.' })
  .check(
    z.trim(),
    z.toLowerCase(),
    z.maxLength(253, 'At most 253 characters.'),
    z.regex(
      /^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?$/,
      'Must be a host without protocol or path, as in www.example.com, *.example.com or localhost:3000.',
    ),
  );

const httpsUrlOrEmpty = field
  .text(2000)
  .check(
    z.refine(
      (value) => value === '' || /^https?:\/\/[^\s]+$/i.test(value),
      'Must be an address that starts with http:// or https://.',
    ),
  );

const clock = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Must be a time of day, as in 09:00.'));

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const day = z
  .object({ from: clock, to: clock })
  .check(z.refine((value) => value.from < value.to, { error: 'Must end after it begins.', path: ['to'] }));

/** Every setting an owner edits. */
export const widgetSettings = {
  name: field.line(limits.nameCharsMax),
  welcomeMessage: field.text(limits.welcomeMessageCharsMax),
  systemPrompt: field.text(limits.systemPromptCharsMax),
  color,
  position: z.enum(widgetPositions, 'Must be left or right.'),
  theme: z.enum(widgetThemes, 'Must be light, dark or auto.'),
  language: z.enum(widgetLanguages, `Must be one of ${widgetLanguages.join(', ')}.`),
  voice: field.text(limits.nameCharsMax),
  allowedSites: z.array(site, 'Must be a list of sites.').check(z.maxLength(limits.allowedSitesMax)),
  suggestedQuestions: z
    .array(field.line(limits.suggestedQuestionCharsMax), 'Must be a list of texts.')
    .check(z.maxLength(limits.suggestedQuestionsMax, `At most ${limits.suggestedQuestionsMax}.`)),
  appearance: z.object({
    initials: field.text(2),
    avatarUrl: httpsUrlOrEmpty,
    offsetX: z.int('Must be a whole number.').check(z.gte(0, 'At least 0.'), z.lte(500, 'At most 500.')),
    offsetY: z.int('Must be a whole number.').check(z.gte(0, 'At least 0.'), z.lte(500, 'At most 500.')),
    zIndex: z.int('Must be a whole number.').check(z.gte(0, 'At least 0.'), z.lte(2147483647, 'At most 2147483647.')),
    launcherText: field.text(40),
  }),
  businessHours: z.object({
    enabled: z.boolean('Must be true or false.'),
    timeZone: field.text(100).check(z.refine(isTimeZone, 'Must be a time zone, as in Europe/Berlin.')),
    days: z.partialRecord(z.enum(weekdays), day),
    awayText: field.text(limits.welcomeMessageCharsMax),
  }),
  preChat: z.object({
    enabled: z.boolean('Must be true or false.'),
    fields: z
      .array(
        z.object({
          name: field.line(40).check(z.regex(/^[a-z][a-z0-9_]*$/i, 'Letters, digits and _ only.')),
          label: field.line(limits.nameCharsMax),
          type: z.enum(preChatFieldTypes),
          required: z.boolean(),
          options: z.array(field.line(limits.nameCharsMax)).check(z.maxLength(30)),
        }),
      )
      .check(
        z.maxLength(limits.preChatFieldsMax, `At most ${limits.preChatFieldsMax} fields.`),
        z.refine((fields) => new Set(fields.map((f) => f.name)).size === fields.length, 'Each name only once.'),
      ),
  }),
  retrieval: z.object({
    enabled: z.boolean('Must be true or false.'),
    sourceUrl: httpsUrlOrEmpty,
    documentIds: z.array(field.id()).check(z.maxLength(1000)),
  }),
  engine: z.enum(widgetEngines, 'Must be knowledge, llm, webhook or none.'),
  engineSettings: z.object({
    webhookUrl: z.optional(httpsUrlOrEmpty),
    model: z.optional(field.text(limits.nameCharsMax)),
    temperature: z.optional(z.number().check(z.gte(0, 'At least 0.'), z.lte(2, 'At most 2.'))),
  }),
};

/** As above with every member optional, for changes. */
const settingsPatch = z.partial(z.object(widgetSettings));

export const widgetView = z.object({
  id: z.string(),
  publicKey: z.string(),
  ...widgetSettings,
  retrieval: z.extend(widgetSettings.retrieval, {
    /** The document that `sourceUrl` is read into. */
    sourceDocumentId: z.optional(z.string()),
  }),
  status: z.enum(widgetStatuses),
  statusReason: z.nullable(z.string()),
  activateAt: z.nullable(z.string()),
  activatedAt: z.nullable(z.string()),
  archivedAt: z.nullable(z.string()),
  /** When the secret with which the site signs who its visitors are was made; null when there is none. */
  identitySecretAt: z.nullable(z.string()),
  /** Why a signed identity was refused last; null when none has been since the secret was made. */
  identityFailure: z.nullable(z.object({ reason: z.string(), at: z.string() })),
  /** The tag to paste into a page. */
  embedCode: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type WidgetView = z.output<typeof widgetView>;

const area = 'Widgets';
const widgetParams = z.object({ clientId: field.id(), widgetId: field.id() });

export const listWidgets = defineEndpoint({
  name: 'listWidgets',
  method: 'GET',
  path: '/api/clients/:clientId/widgets',
  access: { kind: 'member', permission: 'widgets.read' },
  area,
  summary: 'The client’s widgets, earliest first; the archived ones with archived=true.',
  params: clientParams,
  query: z.object({ ...field.pageQuery, archived: z.optional(z.enum(['true', 'false'])) }),
  status: 200,
  answer: field.pageOf(widgetView),
});

export const createWidget = defineEndpoint({
  name: 'createWidget',
  method: 'POST',
  path: '/api/clients/:clientId/widgets',
  access: { kind: 'member', permission: 'widgets.manage' },
  area,
  summary: 'Makes a widget. Everything but the name has a default. It is activated at once, or at `activateAt`.',
  params: clientParams,
  body: z.extend(settingsPatch, { name: widgetSettings.name, activateAt: z.optional(z.nullable(field.instant())) }),
  status: 201,
  answer: widgetView,
});

export const getWidget = defineEndpoint({
  name: 'getWidget',
  method: 'GET',
  path: '/api/clients/:clientId/widgets/:widgetId',
  access: { kind: 'member', permission: 'widgets.read' },
  area,
  summary: 'One widget, archived or not.',
  params: widgetParams,
  status: 200,
  answer: widgetView,
});

export const updateWidget = defineEndpoint({
  name: 'updateWidget',
  method: 'PATCH',
  path: '/api/clients/:clientId/widgets/:widgetId',
  access: { kind: 'member', permission: 'widgets.manage' },
  area,
  summary: 'Changes the settings that are sent; objects and lists are replaced whole.',
  params: widgetParams,
  body: settingsPatch,
  status: 200,
  answer: widgetView,
});

export const rotateWidgetKey = defineEndpoint({
  name: 'rotateWidgetKey',
  method: 'POST',
  path: '/api/clients/:clientId/widgets/:widgetId/rotate-key',
  access: { kind: 'member', permission: 'widgets.manage' },
  area,
  summary: 'Gives the widget a new public key; tags with the old one stop working.',
  params: widgetParams,
  status: 200,
  answer: widgetView,
});

export const activateWidget = defineEndpoint({
  name: 'activateWidget',
  method: 'POST',
  path: '/api/clients/:clientId/widgets/:widgetId/activate',
  access: { kind: 'member', permission: 'widgets.manage' },
  area,
  summary: 'Activates a pending or failed widget now, or at `activateAt`.',
  params: widgetParams,
  body: z.object({ activateAt: z.optional(z.nullable(field.instant())) }),
  status: 200,
  answer: widgetView,
});

export const archiveWidget = defineEndpoint({
  name: 'archiveWidget',
  method: 'DELETE',
  path: '/api/clients/:clientId/widgets/:widgetId',
  access: { kind: 'member', permission: 'widgets.manage' },
  area,
  summary: 'Takes the widget off all pages. Its conversations stay, and it can be restored.',
  params: widgetParams,
  status: 204,
});

export const restoreWidget = defineEndpoint({
  name: 'restoreWidget',
  method: 'POST',
  path: '/api/clients/:clientId/widgets/:widgetId/restore',
  access: { kind: 'member', permission: 'widgets.manage' },
  area,
  summary: 'Brings an archived widget back, under the same public key.',
  params: widgetParams,
  status: 200,
  answer: widgetView,
});

export const rotateIdentitySecret = defineEndpoint({
  name: 'rotateIdentitySecret',
  method: 'POST',
  path: '/api/clients/:clientId/widgets/:widgetId/identity-secret',
  access: { kind: 'member', permission: 'widgets.manage' },
  area,
  summary:
    'Makes the secret with which the site signs who its visitors are, in place of an earlier one. Shown this once.',
  params: widgetParams,
  status: 201,
  answer: z.object({ secret: z.string(), createdAt: z.string() }),
});

export const removeIdentitySecret = defineEndpoint({
  name: 'removeIdentitySecret',
  method: 'DELETE',
  path: '/api/clients/:clientId/widgets/:widgetId/identity-secret',
  access: { kind: 'member', permission: 'widgets.manage' },
  area,
  summary: 'Removes the secret: from then on every visitor is anonymous. Harmless when there is none.',
  params: widgetParams,
  status: 204,
});

/** A site on which the widget's tag was seen. */
export const widgetInstallView = z.object({
  /** As in `https://www.example.com`. */
  origin: z.string(),
  firstSeenAt: z.string(),
  /** To within a minute. */
  lastSeenAt: z.string(),
});
export type WidgetInstallView = z.output<typeof widgetInstallView>;

export const listWidgetInstalls = defineEndpoint({
  name: 'listWidgetInstalls',
  method: 'GET',
  path: '/api/clients/:clientId/widgets/:widgetId/installs',
  access: { kind: 'member', permission: 'widgets.read' },
  area,
  summary: 'The allowed sites on which the tag was seen, the latest first; the last 50. Live: the event widget:seen.',
  params: widgetParams,
  status: 200,
  answer: z.object({ items: z.array(widgetInstallView) }),
});
