import type { InputOf } from '../../../shared/contracts/endpoint.ts';
import { email as emailField } from '../../../shared/contracts/fields.ts';
import type { startVisitorConversation as endpoint } from '../../../shared/contracts/visitor.ts';
import { limits } from '../../../shared/limits.ts';
import type { JsonObject, Visitor, Widget } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { HttpProblem } from '../../http/problem.ts';
import type { VisitorCaller } from '../../http/route.ts';
import type { AppendResult } from '../../storage/repositories/messages.ts';
import type { VisitorSighting } from '../../storage/repositories/visitors.ts';
import { announceMessage, asksAssistant, messageFrom } from '../conversations/post-message.ts';
import { visitorNameOf } from '../conversations/visitor.presenter.ts';
import { wasErased } from '../privacy/was-erased.ts';
import type { VisitorProfile } from './identity-token.ts';

type Start = InputOf<typeof endpoint>['body'];
type Details = Pick<VisitorSighting, 'externalId' | 'name' | 'email' | 'info'>;

const userAgentCharsMax = 500;

/**
 * Makes the visitor, the conversation and its first message, all or nothing. Sent again with the same ids, from
 * whichever tab or process, it changes nothing and answers what was stored first.
 * @throws HttpProblem `not-signed-in` when the visitor was erased since the token was made
 */
export async function startVisitorConversation(
  { storage, bus }: Pick<Deps, 'storage' | 'bus'>,
  { caller, start, userAgent }: { caller: VisitorCaller; start: Start; userAgent: string | undefined },
): Promise<AppendResult> {
  const { clientId, visitorId, widget, profile, tokenIssuedAt } = caller;
  const sender = { kind: 'visitor', visitorId, engine: widget.engine } as const;
  const { created, visitor, result } = await storage.transaction(async (scope) => {
    const client = scope.forClient(clientId);
    const answers = answersOf(widget, start.preChat ?? {});
    const known = (answers.info ?? profile) && (await client.visitors.find(visitorId));
    const visitor = await client.visitors.see({
      id: visitorId,
      widgetId: widget.id,
      ...(profile ? signedDetails(profile, known, answers) : answers),
      ...(answers.info && { info: { ...known?.info, ...answers.info, ...profile?.info } }),
      ...(start.locale !== undefined && { locale: start.locale }),
      ...(start.pageUrl !== undefined && { pageUrl: start.pageUrl }),
      ...(userAgent !== undefined && { userAgent: userAgent.slice(0, userAgentCharsMax) }),
    });
    // The visitor's row is held from here on: whoever erases them waits for this, or has been seen just now.
    if (await wasErased(client, { visitorId, tokenIssuedAt })) {
      throw new HttpProblem('not-signed-in', 'This visitor was erased. Open a new session.');
    }
    const { conversation, created } = await client.conversations.create({
      widgetId: widget.id,
      visitorId,
      clientConversationId: start.clientConversationId,
      ...(start.context && { metadata: { context: start.context } }),
    });
    const post = { conversationId: conversation.id, ...start.message };
    return { created, visitor, result: await client.messages.append(messageFrom(sender, post)) };
  });
  if (created) {
    const { conversation } = result;
    bus.publish('conversation.created', { clientId, conversation, visitorName: visitorNameOf(visitor) });
  }
  announceMessage(bus, { clientId }, result, { asksAssistant: asksAssistant(sender, start.message) });
  return result;
}

/**
 * Of a visitor whom the site has named: what it has signed, which is kept already of one who is stored, counts for more
 * than what is typed.
 */
function signedDetails(profile: VisitorProfile, known: Visitor | undefined, answers: Details): Details {
  const name = known?.name ?? profile.name ?? answers.name;
  const email = known?.email ?? profile.email ?? answers.email;
  const { externalId, info } = profile;
  return { externalId, ...(name && { name }), ...(email && { email }), ...(!known && info && { info }) };
}

/**
 * Answers of the pre-chat form: the fields `name` and `email` (or of type email) become the visitor's, the others are
 * kept under their names. What the form does not ask for is dropped; what is left empty stays as it is.
 */
function answersOf(widget: Widget, answers: Record<string, string>): Details {
  const told: Details = {};
  const info: JsonObject = {};
  for (const field of widget.preChat.enabled ? widget.preChat.fields : []) {
    const answer = Object.hasOwn(answers, field.name) ? answers[field.name]!.trim() : '';
    if (answer === '') continue;
    const address = field.type === 'email' || field.name === 'email' ? emailField().safeParse(answer) : undefined;
    if (field.name === 'name') told.name = answer.slice(0, limits.nameCharsMax);
    else if (address?.success && told.email === undefined) told.email = address.data;
    else info[field.name] = answer;
  }
  if (Object.keys(info).length > 0) told.info = info;
  return told;
}
