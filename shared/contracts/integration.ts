import * as z from 'zod/mini';
import { messageRoles } from '../conversation-vocabulary.ts';
import { limits } from '../limits.ts';
import { clientMadeId, messageContent } from './conversations.ts';
import { defineEndpoint } from './endpoint.ts';
import * as field from './fields.ts';

/** The API for other programs, with the header `x-org-key`. Its field names are its own and stay as they are. */

export const integrationConversationView = z.object({
  id: z.string(),
  orgId: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  messageCount: z.int(),
});

export const integrationMessageView = z.object({
  id: z.string(),
  conversationId: z.string(),
  role: z.enum(messageRoles),
  content: z.string(),
  timestamp: z.string(),
});

const area = 'Integration API';
const access = { kind: 'apiKey' } as const;
const params = z.object({ id: field.id() });
const linkHeader = { Link: 'Address of the next page, rel="next"; absent on the last page.' } as const;

export const integrationCreateConversation = defineEndpoint({
  name: 'integrationCreateConversation',
  method: 'POST',
  path: '/conversations',
  alsoAt: ['/api/v1/conversations'],
  access,
  area,
  summary: 'Starts a conversation.',
  body: z.optional(
    z.object({
      title: z.optional(z.nullable(field.line(limits.titleCharsMax))),
      metadata: z.optional(field.jsonObject(limits.metadataJsonCharsMax)),
    }),
  ),
  status: 201,
  answer: integrationConversationView,
});

export const integrationListConversations = defineEndpoint({
  name: 'integrationListConversations',
  method: 'GET',
  path: '/conversations',
  alsoAt: ['/api/v1/conversations'],
  access,
  area,
  summary: 'The client’s conversations as an array, most recently updated first; the next page is in the Link header.',
  query: z.object(field.pageQuery),
  status: 200,
  answer: z.array(integrationConversationView),
  answerHeaders: linkHeader,
});

export const integrationGetConversation = defineEndpoint({
  name: 'integrationGetConversation',
  method: 'GET',
  path: '/conversations/:id',
  alsoAt: ['/api/v1/conversations/:id'],
  access,
  area,
  summary: 'One conversation.',
  params,
  status: 200,
  answer: integrationConversationView,
});

export const integrationListMessages = defineEndpoint({
  name: 'integrationListMessages',
  method: 'GET',
  path: '/conversations/:id/messages',
  alsoAt: ['/api/v1/conversations/:id/messages'],
  access,
  area,
  summary: 'The messages of a conversation as an array, oldest first; the next page is in the Link header.',
  params,
  query: z.object(field.pageQuery),
  status: 200,
  answer: z.array(integrationMessageView),
  answerHeaders: linkHeader,
});

export const integrationPostMessage = defineEndpoint({
  name: 'integrationPostMessage',
  method: 'POST',
  path: '/conversations/:id/messages',
  alsoAt: ['/api/v1/conversations/:id/messages'],
  access,
  area,
  summary: 'Adds a message. The same clientMessageId again returns the first message and stores nothing.',
  params,
  body: z.object({
    role: z.enum(messageRoles, 'Must be user, assistant, agent or system.'),
    content: messageContent,
    metadata: z.optional(
      field.jsonObject(limits.metadataJsonCharsMax).check(
        z.refine((metadata) => !Object.hasOwn(metadata, 'attachments'), {
          error: 'The name attachments is taken: the files of a message are kept under it.',
          path: ['attachments'],
        }),
      ),
    ),
    clientMessageId: z.optional(clientMadeId),
  }),
  status: 201,
  answer: integrationMessageView,
});
