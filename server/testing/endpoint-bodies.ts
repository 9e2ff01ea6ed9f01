import type { Endpoint } from '../../shared/contracts/endpoint.ts';
import { randomToken } from '../lib/secrets.ts';
import { stepAt, totpCode } from '../lib/totp.ts';
import { plantedPassword, type Tenant } from './planted-world.ts';

/** A body that each endpoint takes and acts upon. */
export function bodyFor({ name, body }: Endpoint, tenant: Tenant): unknown {
  if (!body) return undefined;
  const make = bodies[name];
  if (!make) throw new Error(`Say in endpoint-bodies.ts what ${name} takes.`);
  return make(tenant);
}

/** What goes over the wire to each endpoint, which takes it and acts upon it: JSON, or the bytes of a file. */
export function sentTo(endpoint: Endpoint, tenant: Tenant): { body?: string; headers: Record<string, string> } {
  if (endpoint.upload) return { body: 'Sent file', headers: { 'content-type': 'application/octet-stream' } };
  const body = bodyFor(endpoint, tenant);
  if (body === undefined) return { headers: {} };
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

const message = () => ({ content: 'Sent', clientMessageId: randomToken(9) });

const bodies: Record<string, (tenant: Tenant) => unknown> = {
  register: () => ({ email: `${randomToken(9)}@example.com`, name: 'New', password: plantedPassword }),
  login: ({ guest }) => ({ email: guest.email, password: plantedPassword }),
  updateMe: () => ({ name: 'Sent', info: { team: { name: 'Support' } } }),
  changePassword: () => ({ currentPassword: plantedPassword, newPassword: 'another horse battery' }),
  beginSecondFactor: () => ({ password: plantedPassword }),
  confirmSecondFactor: ({ factorKey }) => ({ code: totpCode(factorKey, stepAt(new Date())) }),
  removeSecondFactor: () => ({ password: plantedPassword }),
  forgotPassword: ({ guest }) => ({ email: guest.email }),
  resetPassword: ({ resetToken }) => ({ token: resetToken, newPassword: 'another horse battery' }),
  lookUpInvitation: ({ invitationToken }) => ({ token: invitationToken }),
  acceptInvitation: ({ invitationToken }) => ({ token: invitationToken }),
  createClient: () => ({ name: 'Sent' }),
  updateClient: () => ({ name: 'Sent' }),
  deleteClient: ({ clientName }) => ({ confirmName: clientName }),
  setMemberRole: () => ({ role: 'admin' }),
  createInvitation: () => ({ role: 'agent', email: 'sent@example.com' }),
  createApiKey: () => ({ name: 'Sent' }),
  createWidget: () => ({ name: 'Sent', welcomeMessage: 'Hello', allowedSites: ['shop.example'] }),
  updateWidget: () => ({ name: 'Sent', suggestedQuestions: ['Sent?'], color: '#112233' }),
  activateWidget: () => ({}),
  updateConversation: ({ people }) => ({ title: 'Sent', tags: ['sent'], assigneeId: people.agent.id }),
  postAgentMessage: message,
  markConversationRead: () => ({ sequence: 1 }),
  createNote: () => ({ content: 'Sent' }),
  createCannedReply: () => ({ shortcut: 'sent', title: 'Sent', content: 'Sent' }),
  updateCannedReply: () => ({ shortcut: 'sent', title: 'Sent', content: 'Sent' }),
  requestHandoff: () => ({ reason: 'Sent' }),
  createDocument: () => ({ kind: 'text', name: 'Sent', text: 'Sent words' }),
  updateDocument: () => ({ name: 'Sent', text: 'Sent words' }),
  updateChunk: () => ({ text: 'Sent words', hidden: false }),
  searchKnowledge: () => ({ text: 'Sent words', language: 'en' }),
  integrationCreateDocument: () => ({ kind: 'qa', name: 'Sent', pairs: [{ question: 'Sent?', answer: 'Sent' }] }),
  integrationSearchKnowledge: () => ({ text: 'Sent words' }),
  approveAnswer: () => ({ question: 'Sent?', answer: 'Sent' }),
  tryAnswer: ({ params }) => ({ widgetId: params.widgetId, text: 'Sent?' }),
  setModel: () => ({ baseUrl: 'https://models.example/v1', model: 'sent', apiKey: 'sent', priceInMicros: 150_000 }),
  createWebhook: () => ({ url: 'https://sent.example/hook', events: ['message.created'], description: 'Sent' }),
  updateWebhook: () => ({ url: 'https://sent.example/hook', events: ['rating.created'], enabled: false }),
  rateAnswer: () => ({ rating: -1 }),
  updatePrivacy: () => ({ retentionDays: 30 }),
  openVisitorSession: ({ visitor }) => ({ token: visitor.token }),
  startVisitorConversation: () => ({
    clientConversationId: randomToken(9),
    message: message(),
    preChat: { name: 'S' },
  }),
  postVisitorMessage: message,
  markVisitorRead: () => ({ sequence: 1 }),
  requestVisitorHandoff: () => ({ reason: 'Sent' }),
  rateVisitorConversation: () => ({ score: 5, comment: 'Sent' }),
  integrationCreateConversation: () => ({ title: 'Sent', metadata: { order: [1] } }),
  integrationPostMessage: () => ({ ...message(), role: 'user', metadata: { order: { number: 1 } } }),
};
