import { nearTime } from '../../lib/dates.ts';
import { roleLabels } from './roles.ts';

interface Entry {
  action: string;
  targetType: string;
  targetId: string;
  details: Record<string, unknown>;
}

type Details = Entry['details'];

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const quoted = (value: unknown, otherwise: string) => (text(value) ? `“${text(value)}”` : otherwise);
const role = (value: unknown) => {
  const known = Object.entries(roleLabels).find(([name]) => name === value);
  return known ? known[1].withArticle : 'a member';
};

/** `allowedSites` as people say it. */
const inWords = (name: string) => name.replace(/([A-Z])/g, ' $1').toLowerCase();

function listOf(names: unknown): string {
  if (!Array.isArray(names) || names.length === 0) return '';
  const words = names.map((name) => inWords(String(name)));
  return words.length === 1 ? words[0]! : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

const changed = (details: Details) => (listOf(details.changed) === '' ? '' : `: ${listOf(details.changed)}`);
const widget = (details: Details) => `the widget ${quoted(details.name, '(unnamed)')}`;

const slash = (details: Details) => (text(details.shortcut) ? `/${details.shortcut}` : '(unnamed)');

/** Old and new value of one field of a conversation, as the log keeps them. */
function changeOf(details: Details, field: string): { from: unknown; to: unknown } | undefined {
  const value = details[field];
  if (typeof value !== 'object' || value === null || !('to' in value)) return undefined;
  return { from: 'from' in value ? value.from : undefined, to: value.to };
}

function snoozed(details: Details): string {
  const until = changeOf(details, 'snoozedUntil')?.to;
  return text(until) ? `snoozed a conversation until ${nearTime(String(until))}` : 'snoozed a conversation';
}

function conversationChanged(details: Details): string {
  const tags = changeOf(details, 'tags')?.to;
  if (Array.isArray(tags))
    return tags.length === 0 ? 'removed the tags of a conversation' : `tagged a conversation: ${tags.join(', ')}`;
  const title = changeOf(details, 'title');
  if (title)
    return text(title.to) ? `called a conversation ${quoted(title.to, '')}` : 'took a conversation’s title away';
  return 'changed a conversation';
}

const sentences: Record<string, (details: Details) => string> = {
  'client.created': () => 'created this client',
  'client.updated': (details) => `changed the client${changed(details)}`,
  'user.updated': (details) => `changed their profile${changed(details)}`,
  'user.passwordChanged': () => 'changed their password',
  'user.passwordReset': () => 'set a new password by mail',
  'user.secondFactorSet': () => 'set up a second factor for signing in',
  'user.secondFactorRemoved': () => 'removed their second factor',
  'member.joined': (details) => `joined as ${role(details.role)}`,
  'member.left': () => 'left',
  'member.removed': (details) => `removed ${text(details.name) ?? 'a member'}`,
  'member.roleChanged': (details) =>
    `made ${text(details.name) ?? 'a member'} ${role(details.to)} (was ${role(details.from)})`,
  'invitation.created': (details) => `invited ${text(details.email) ?? 'somebody'} as ${role(details.role)}`,
  'invitation.withdrawn': (details) => `withdrew the invitation of ${text(details.email) ?? 'somebody'}`,
  'apiKey.created': (details) => `made the API key ${quoted(details.name, '(unnamed)')}`,
  'apiKey.revoked': (details) => `revoked the API key ${quoted(details.name, '(unnamed)')}`,
  'widget.created': (details) => `created ${widget(details)}`,
  'widget.updated': (details) => `changed ${widget(details)}${changed(details)}`,
  'widget.archived': (details) => `archived ${widget(details)}`,
  'widget.restored': (details) => `restored ${widget(details)}`,
  'widget.keyRotated': (details) => `gave ${widget(details)} a new public key`,
  'widget.identitySecretMade': (details) => `made an identity secret for ${widget(details)}`,
  'widget.identitySecretRotated': (details) => `replaced the identity secret of ${widget(details)}`,
  'widget.identitySecretRemoved': (details) => `removed the identity secret of ${widget(details)}`,
  'widget.activated': (details) => `activated ${widget(details)}`,
  'widget.failed': (details) =>
    `could not activate ${widget(details)}${text(details.reason) ? `: ${details.reason}` : ''}`,
  'widget.scheduled': (details) =>
    `scheduled ${widget(details)}${text(details.activateAt) ? ` to be active ${nearTime(String(details.activateAt))}` : ''}`,
  'conversation.opened': () => 'reopened a conversation',
  'conversation.closed': () => 'closed a conversation',
  'conversation.snoozed': snoozed,
  'conversation.assigned': () => 'assigned a conversation',
  'conversation.unassigned': () => 'took a conversation’s assignee away',
  'conversation.updated': conversationChanged,
  'conversation.handoff-requested': (details) =>
    `asked for a person in a conversation${text(details.reason) ? `: ${details.reason}` : ''}`,
  'conversation.handed-back': () => 'handed a conversation back to the assistant',
  'visitor.erased': () => 'erased a visitor with everything that was kept of them',
  'client.retentionSet': (details) =>
    typeof details.to === 'number'
      ? `had conversations erased ${details.to} days after their last message`
      : 'had conversations kept for ever',
  'client.retentionRun': (details) =>
    `erased what was too old${typeof details.conversations === 'number' ? `: ${details.conversations} conversations` : ''}`,
  'client.modelSet': (details) => `set the assistants’ model to ${quoted(details.model, 'another one')}`,
  'client.modelRemoved': () => 'removed the client’s own model',
  'widget.webhookSecretMade': (details) => `made a secret for the workflow of ${widget(details)}`,
  'widget.webhookSecretRotated': (details) => `replaced the secret for the workflow of ${widget(details)}`,
  'widget.limitReached': (details) => `held up visitors of ${widget(details)} who sent too much`,
  'apiKey.limitReached': (details) => `held up the API key ${quoted(details.name, '(unnamed)')}: too many requests`,
  'note.deleted': (details) => `deleted a note${text(details.authorName) ? ` by ${details.authorName}` : ''}`,
  'cannedReply.created': (details) => `made the canned reply ${slash(details)}`,
  'cannedReply.updated': (details) => `changed the canned reply ${slash(details)}${changed(details)}`,
  'cannedReply.deleted': (details) => `deleted the canned reply ${slash(details)}`,
  'webhook.created': (details) => `made a webhook to ${text(details.url) ?? 'an address'}`,
  'webhook.updated': (details) => `changed the webhook to ${text(details.url) ?? 'an address'}${changed(details)}`,
  'webhook.enabled': (details) => `switched on the webhook to ${text(details.url) ?? 'an address'}`,
  'webhook.disabled': (details) => `switched off the webhook to ${text(details.url) ?? 'an address'}`,
  'webhook.secretRotated': (details) => `gave the webhook to ${text(details.url) ?? 'an address'} a new secret`,
  'webhook.previousSecretEnded': (details) =>
    `ended the secret before of the webhook to ${text(details.url) ?? 'an address'}`,
  'webhook.deleted': (details) => `removed the webhook to ${text(details.url) ?? 'an address'}`,
  'webhook.switchedOff': (details) =>
    `switched off the webhook to ${text(details.url) ?? 'an address'}, ${
      details.reason === 'gone' ? 'whose receiver wants no more' : 'where nothing arrived for long'
    }`,
  'conversation.deleted': (details) => {
    const count = typeof details.messageCount === 'number' ? ` with ${details.messageCount} messages` : '';
    return `deleted ${text(details.title) ? `the conversation ${quoted(details.title, '')}` : 'a conversation'}${count}`;
  },
};

/** What happened, to be read after the actor's name. An action this page does not know is spelled out. */
export function auditSentence(entry: Entry): string {
  const known = sentences[entry.action];
  if (known) return known(entry.details);
  const [area = '', verb = ''] = entry.action.split('.');
  const named = text(entry.details.name);
  return `${inWords(verb)}: ${inWords(area)}${named ? ` “${named}”` : ''}`;
}
