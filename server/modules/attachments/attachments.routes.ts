import * as contract from '../../../shared/contracts/attachments.ts';
import type { Attachment } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { HttpProblem } from '../../http/problem.ts';
import { type Route, route } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';
import { presentAttachment, presentVisitorAttachment } from './attachment.presenter.ts';
import { giveAttachment } from './give-attachment.ts';
import { createTickets, ticketMs } from './ticket.ts';
import { createUploadAttachment } from './upload-attachment.ts';

/** Asked for anew each time, so that nobody reads on who may not any more; the bytes are sent once. */
const withCredentials = 'private, no-cache';
const withTicket = `private, max-age=${ticketMs / 1000}`;

/** Files going up and coming down, for visitors and for members. */
export function attachmentsRoutes(deps: Pick<Deps, 'storage' | 'files' | 'secrets' | 'now' | 'log'>): Route[] {
  const tickets = createTickets(deps.secrets.visitorTokenKeys, deps.now);
  const uploadAttachment = createUploadAttachment(deps);
  return [
    route(contract.uploadVisitorAttachment, async ({ caller, params, query, upload: bytes }) => {
      const { storage, visitorId: onlyForVisitorId } = caller;
      const given = { ...params, ...query, bytes, uploadedBy: 'visitor', onlyForVisitorId } as const;
      const attachment = await uploadAttachment(storage, given);
      return presentVisitorAttachment(attachment, attachment, tickets);
    }),

    route(contract.uploadAgentAttachment, async ({ caller, params, query, upload: bytes }) => {
      const { conversationId } = params;
      const given = { conversationId, ...query, bytes, uploadedBy: 'agent' } as const;
      const attachment = await uploadAttachment(caller.storage, given);
      return presentAttachment(attachment, attachment);
    }),

    route(contract.downloadVisitorAttachment, async ({ caller, params }) => {
      const { storage, visitorId } = caller;
      const attachment = await storage.attachments.find(params.attachmentId);
      const conversation = attachment && (await storage.conversations.find(attachment.conversationId));
      if (!isFor('visitor', attachment) || conversation?.visitorId !== visitorId) throw new NotFoundError('attachment');
      return giveAttachment(deps, attachment, withCredentials);
    }),

    route(contract.downloadTicketedAttachment, async ({ params, query }) => {
      const ticketed = tickets.check(query.ticket, params.attachmentId);
      if (!ticketed) {
        throw new HttpProblem('not-found', 'This address has lapsed, or never was one. Read the thread again.');
      }
      const attachment = await deps.storage.forClient(ticketed.clientId).attachments.find(params.attachmentId);
      if (!isFor('visitor', attachment) || attachment.conversationId !== ticketed.conversationId) {
        throw new NotFoundError('attachment');
      }
      return giveAttachment(deps, attachment, withTicket);
    }),

    route(contract.downloadAttachment, async ({ caller, params }) => {
      const attachment = await caller.storage.attachments.find(params.attachmentId);
      if (!isFor('agent', attachment)) throw new NotFoundError('attachment');
      return giveAttachment(deps, attachment, withCredentials);
    }),
  ];
}

/** What has not been sent yet is for its own side alone. */
function isFor(side: Attachment['uploadedBy'], attachment: Attachment | undefined): attachment is Attachment {
  return attachment !== undefined && (attachment.sentAt !== null || attachment.uploadedBy === side);
}
