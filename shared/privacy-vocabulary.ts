/** The words of privacy, shared by tables, contracts and screens. */

/** Who can have something erased. */
export const erasureActors = ['visitor', 'user', 'apiKey', 'system'] as const;
export type ErasureActor = (typeof erasureActors)[number];

/** What is counted when it goes. */
export const erasedKinds = [
  'visitors',
  'conversations',
  'messages',
  'attachments',
  'notes',
  'ratings',
  'handoffs',
  'answers',
  'webhookCalls',
  'webhookDeliveries',
  'searchEntries',
  'approvedAnswers',
  'quotations',
  'auditEntries',
] as const;
export type ErasedKind = (typeof erasedKinds)[number];

/** How many of each; what is left out: none. */
export type ErasedCounts = Partial<Record<ErasedKind, number>>;

/** How long a client may keep conversations. */
export const retentionDays = { min: 1, max: 3650 } as const;

/** What stands in the details of an audit row whose personal details were erased. */
export const erasedDetails = { erased: true } as const;
