import { createJobHandlers } from '../jobs/handlers.ts';
import { startJobRunner } from '../jobs/runner.ts';
import { startSearchIndexer } from '../modules/search/search-indexer.ts';
import { signVisitorToken } from '../modules/visitors/visitor-token.ts';
import { callInput } from '../storage/conformance/knowledge-worlds.ts';
import type { PlantedWorld, Sent, Tenant } from './planted-world.ts';

export type MarkedVisitor = Awaited<ReturnType<typeof plantMarkedVisitor>>;

/** From where the visitor calls; only the first part of it may be kept anywhere. */
export const visitorAddress = '203.0.113.77';

/**
 * A visitor whose mark stands in everything that a visitor, and those who deal with them, can make: through the API, and
 * with what the server makes of it by itself. Another visitor asks what an approved answer of theirs says.
 */
export async function plantMarkedVisitor(world: PlantedWorld, tenant: Tenant, mark: string) {
  const { deps, send } = world;
  const { own, clientId, params } = tenant;
  const owner = { cookie: await tenant.people.owner.cookie() };
  const field = (name: string) => ({ name, label: name, type: 'text' as const, required: false, options: [] });
  async function call(method: string, path: string, body?: unknown, headers: Sent['headers'] = owner) {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await send({ method, path, headers: { ...type, ...headers }, ...json });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  }
  const inClient = (path: string) => `/api/clients/${clientId}${path}`;

  const widget = (await own.widgets.find(params.widgetId!))!;
  await call('PATCH', inClient(`/widgets/${widget.id}`), {
    engine: 'knowledge',
    preChat: { enabled: true, fields: [field('name'), field('email'), field('company')] },
  });
  await call('POST', inClient('/webhooks'), {
    url: 'https://receiver.example/hook',
    description: '',
    events: ['conversation.created', 'message.created', 'handoff.requested', 'rating.created'],
  });

  const visitorId = deps.newId();
  const token = signVisitorToken(deps.secrets.visitorTokenKeys, {
    visitorId,
    widgetId: widget.id,
    publicKey: widget.publicKey,
    expiresAt: new Date(deps.now().getTime() + 3_600_000),
    profile: { externalId: `${mark}-user`, info: { plan: `${mark} plan` } },
  });
  const visitor = {
    authorization: `Bearer ${token}`,
    'user-agent': `Browser/1.0 (${mark})`,
    'x-forwarded-for': visitorAddress,
  };
  const begin = (id: string, content: string) =>
    call(
      'POST',
      '/api/visitor/conversations',
      {
        clientConversationId: id,
        message: { content, clientMessageId: `${id}-1` },
        locale: 'en',
        pageUrl: `https://shop.example/${mark}?q=${mark}`,
        preChat: { name: `Ann ${mark}`, email: `${mark}@example.com`, company: `${mark} Ltd` },
        context: { basket: { [mark]: mark } },
      },
      visitor,
    );
  const question = `Where is the parcel ${mark} that I ordered?`;
  const { conversation, message } = await begin(`${mark}-c1`, question);
  const thread = `/api/visitor/conversations/${conversation.id}`;
  const runner = startJobRunner(deps, createJobHandlers(deps));
  const indexer = startSearchIndexer(deps);
  try {
    await runner.idle();
    const file = await send({
      method: 'POST',
      path: `${thread}/attachments?name=${mark}.txt`,
      headers: { ...visitor, 'content-type': 'application/octet-stream' },
      body: `A letter of ${mark}.`,
    });
    if (file.status !== 201) throw new Error(file.text);
    await send({
      method: 'POST',
      path: `${thread}/attachments?name=${mark}-unsent.txt`,
      headers: { ...visitor, 'content-type': 'application/octet-stream' },
      body: `A draft of ${mark}.`,
    });
    const post = { content: `See ${mark}`, clientMessageId: `${mark}-2`, attachmentIds: [file.json.id] };
    await call('POST', `${thread}/messages`, post, visitor);
    await call('POST', `${thread}/handoff`, { reason: `Because of ${mark}` }, visitor);
    const agentsThread = inClient(`/conversations/${conversation.id}`);
    await call('POST', `${agentsThread}/notes`, { content: `Careful with ${mark}` });
    await call('PATCH', agentsThread, { tags: [`tag-${mark}`], title: `About ${mark}` });
    await call('POST', `${agentsThread}/messages`, { content: `Dear ${mark}`, clientMessageId: `${mark}-3` });
    await call('PATCH', agentsThread, { status: 'closed' });
    await call('POST', `${thread}/rating`, { score: 1, comment: `Poor, says ${mark}` }, visitor);
    await own.webhooks.note(
      callInput(
        { widgetId: widget.id, conversationId: conversation.id },
        { questionMessageId: message.id, input: { chatInput: question }, output: `Sorry, ${mark}` },
      ),
    );
    await call('POST', inClient(`/answers/${message.id}/approved`), {
      question,
      answer: 'Parcels are on their way for two days at most.',
    });
    await runner.idle();

    // Another conversation, which an agent has removed.
    const gone = await begin(`${mark}-c2`, `Also ${mark}`);
    const goneThread = inClient(`/conversations/${gone.conversation.id}`);
    await call('PATCH', goneThread, { title: `Gone ${mark}`, tags: [mark] });
    await call('DELETE', goneThread);

    // Somebody else is answered from the approved answer.
    const other = await tenant.newVisitor();
    const asOther = { authorization: `Bearer ${other.token}` };
    const { conversation: others } = await call(
      'POST',
      '/api/visitor/conversations',
      {
        clientConversationId: 'other',
        message: { content: 'Where is the parcel that I ordered?', clientMessageId: 'o1' },
      },
      asOther,
    );
    await runner.idle();
    await indexer.idle();
    return { mark, visitorId, visitor, conversationId: conversation.id as string, othersId: others.id as string, call };
  } finally {
    await indexer.stop();
    await runner.stop();
  }
}
