/** Who wrote an entry: `user` is the visitor. */
export const messageRoles = ['user', 'assistant', 'agent', 'system'] as const;
export type MessageRole = (typeof messageRoles)[number];

/** `waiting`: a person owes the visitor an answer. */
export const conversationStatuses = ['open', 'waiting', 'snoozed', 'closed'] as const;
export type ConversationStatus = (typeof conversationStatuses)[number];

/** Whether the site has said, in a way that can be believed, who a visitor is. */
export const visitorIdentities = ['anonymous', 'identified', 'refused'] as const;
export type VisitorIdentity = (typeof visitorIdentities)[number];

/** Who called for a person. */
export const handoffRequesters = ['visitor', 'assistant', 'agent'] as const;
export type HandoffRequester = (typeof handoffRequesters)[number];
