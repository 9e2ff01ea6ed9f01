import { beforeEach, describe, expect, test } from 'vitest';
import type { Route } from '../../http/route.ts';
import { addDocument, receiptInput } from '../../storage/conformance/knowledge-worlds.ts';
import { addConversation, strangeId } from '../../storage/conformance/worlds.ts';
import { type FakeEndpoint, startFakeEndpoint, withJson, withPieces } from '../../testing/fake-endpoint.ts';
import { createRouteWorld, type RouteWorld, type Sent, type Tenant } from '../../testing/route-world.ts';
import { approvedDocumentName } from './approve-answer.ts';
import { createAnswering } from './create-answering.ts';

let world: RouteWorld;
let acme: Tenant;
let other: Tenant;
let routes: Route[];

beforeEach(async () => {
  world = await createRouteWorld();
  acme = await world.addTenant('Acme', { engine: 'knowledge' });
  other = await world.addTenant('Other');
  ({ routes } = createAnswering(world.deps, { guardedFetch: (url, init) => fetch(url, init) }));
});

const call = (name: string, { params, as = { user: acme.owner }, ...sent }: Sent = {}) =>
  world.call(routes, name, { as, params: { clientId: acme.storage.clientId, ...params }, ...sent });

/** A question in a thread, answered with this receipt. */
async function plant(receipt: Parameters<typeof receiptInput>[1] = {}, of: Tenant = acme) {
  const { visitorId, token } = world.newVisitor(of);
  await of.storage.visitors.see({ id: visitorId, widgetId: of.widget.id });
  const { id: conversationId } = await addConversation(of.storage, { visitorId, widgetId: of.widget.id });
  const { message: question } = await of.storage.messages.append({ conversationId, role: 'user', content: 'When?' });
  const { message: answer } = await of.storage.messages.append({
    conversationId,
    role: 'assistant',
    content: 'At nine.',
  });
  const made = { widgetId: of.widget.id, questionMessageId: question.id, answerMessageId: answer.id, ...receipt };
  await of.storage.receipts.create(receiptInput(conversationId, made));
  return { conversationId, questionMessageId: question.id, messageId: answer.id, token };
}

describe('receipts', () => {
  test('are found by the answer and by the question, in their own thread alone', async () => {
    const { conversationId, messageId, questionMessageId } = await plant();
    const elsewhere = (await plant({ questionKey: 'x' })).conversationId;
    const byAnswer = await call('getReceipt', { params: { conversationId, messageId } });
    expect(byAnswer.body).toMatchObject({ questionMessageId, answerMessageId: messageId, outcome: 'answered' });
    expect((await call('getReceipt', { params: { conversationId, messageId: questionMessageId } })).body).toEqual(
      byAnswer.body,
    );
    expect((await call('getReceipt', { params: { conversationId: elsewhere, messageId } })).status).toBe(404);
    const foreign = await plant({}, other);
    expect((await call('getReceipt', { params: foreign })).status).toBe(404);
  });

  test('are listed with the worst first, and counted by outcome', async () => {
    await plant({ confidence: 0.9 });
    const rated = await plant({ confidence: 0.9 });
    await plant({ outcome: 'unknown' });
    await acme.storage.receipts.rate({ conversationId: rated.conversationId, answerMessageId: rated.messageId }, -1);
    const worst = (await call('listReceipts', { query: 'order=worst' })).body.items;
    expect(worst.map(({ rating, outcome }: { rating: number; outcome: string }) => [rating, outcome])).toEqual([
      [-1, 'answered'],
      [null, 'unknown'],
      [null, 'answered'],
    ]);
    expect((await call('countAnswers')).body).toMatchObject({
      answered: 2,
      unknown: 1,
      fallback: 0,
      failed: 0,
      silent: 0,
    });
  });

  test('a visitor rates an answer of their own thread, and nobody else’s', async () => {
    const { conversationId, messageId, token, questionMessageId } = await plant();
    const rate = (rating: unknown, as: Sent['as']) =>
      call('rateAnswer', { as, params: { conversationId, messageId }, body: { rating } });
    expect((await rate(1, { token })).status).toBe(204);
    expect((await acme.storage.receipts.find(questionMessageId))?.rating).toBe(1);
    expect((await rate(null, { token })).status).toBe(204);
    expect((await acme.storage.receipts.find(questionMessageId))?.rating).toBeNull();
    expect((await rate(2, { token })).status).toBe(400);
    expect((await rate(1, { token: world.newVisitor(acme).token })).status).toBe(404);
    expect((await rate(1, { token: (await plant()).token })).status).toBe(404);
  });
});

describe('approved answers', () => {
  test('become a pair of one document, which is read again, and settle the question with all of its group', async () => {
    const first = await plant({ outcome: 'unknown', questionKey: 'when', question: 'When?' });
    await plant({ outcome: 'unknown', questionKey: 'when', question: 'when' });
    const { body: before } = await call('listUnanswered');
    expect(before.items).toMatchObject([{ count: 2 }]);
    const approve = (question: string, answer: string) =>
      call('approveAnswer', { as: { user: acme.agent }, params: first, body: { question, answer } });
    const made = await approve('When are you open?', 'At nine.');
    expect(made).toMatchObject({ status: 201, body: { documentName: approvedDocumentName, pairs: 1 } });
    expect((await approve('when are you OPEN', 'At ten.')).body.pairs).toBe(1);
    expect((await approve('Where?', 'Here.')).body).toMatchObject({ pairs: 2, documentId: made.body.documentId });
    const document = await acme.storage.documents.find(made.body.documentId);
    expect(document).toMatchObject({
      kind: 'qa',
      status: 'queued',
      content: {
        pairs: [
          { question: 'when are you OPEN', answer: 'At ten.' },
          { question: 'Where?', answer: 'Here.' },
        ],
      },
    });
    expect(await acme.storage.jobs.find('ingest', made.body.documentId)).toBeDefined();
    expect((await call('listUnanswered')).body.items).toEqual([]);
    const rows = (await acme.storage.audit.list({ limit: 10 })).items.map(({ action }) => action);
    expect(rows).toEqual(['document.updated', 'document.updated', 'document.created']);
  });

  test('of a question that was never asked are refused', async () => {
    const body = { question: 'When?', answer: 'Now' };
    expect((await call('approveAnswer', { params: { questionMessageId: strangeId() }, body })).status).toBe(404);
    expect((await acme.storage.documents.list({ limit: 10 })).items).toEqual([]);
  });
});

describe('trying out', () => {
  test('answers as a visitor would be answered, and stores nothing', async () => {
    await addDocument(acme.storage, [
      'The workshop repairs every teapot within seven days.',
      'We sell tea from Assam.',
    ]);
    const { body } = await call('tryAnswer', {
      body: { widgetId: acme.widget.id, text: 'How fast does the workshop repair a teapot?' },
    });
    expect(body).toMatchObject({
      outcome: 'answered',
      engine: 'knowledge',
      answer: 'The workshop repairs every teapot within seven days. [1]',
      offersPerson: false,
    });
    expect(body.passages[0]).toMatchObject({ number: 1, cited: true, documentName: 'Guide' });
    const unknown = await call('tryAnswer', { body: { widgetId: acme.widget.id, text: 'Who is the king of Spain?' } });
    expect(unknown.body).toMatchObject({ outcome: 'unknown', offersPerson: true });
    expect((await acme.storage.receipts.list({}, { limit: 10 })).items).toEqual([]);
    expect((await acme.storage.conversations.list({}, { limit: 10 })).items).toEqual([]);
  });

  test('is refused for a widget of another client', async () => {
    expect((await call('tryAnswer', { body: { widgetId: other.widget.id, text: 'x' } })).status).toBe(404);
  });
});

describe('models', () => {
  const body = {
    baseUrl: 'https://models.example/v1/',
    model: 'm',
    apiKey: 'sk-1',
    priceInMicros: 5,
    monthlyCapMicros: 100,
  };

  test('are set with a key that is sealed and never shown, and forgotten again', async () => {
    const set = await call('setModel', { body });
    expect(set.body.settings).toMatchObject({
      baseUrl: 'https://models.example/v1',
      hasApiKey: true,
      monthlyCapMicros: 100,
    });
    const stored = await acme.storage.models.find();
    for (const told of [set.body, stored, await acme.storage.audit.list({ limit: 10 })]) {
      expect(JSON.stringify(told)).not.toContain('sk-1');
    }
    expect((await call('removeModel')).status).toBe(204);
    expect((await call('getModel')).body).toMatchObject({ settings: null, installationModel: null });
  });

  test('keep their key on the same host and lose it on another, where nobody is to be told', async () => {
    await call('setModel', { body });
    const { apiKey: _, ...without } = body;
    expect((await call('setModel', { body: { ...without, model: 'n' } })).body.settings.hasApiKey).toBe(true);
    const moved = { ...without, baseUrl: 'https://elsewhere.example/v1' };
    expect((await call('setModel', { body: moved })).body.settings.hasApiKey).toBe(false);
  });

  test('are named with an address that hides nothing, by owners and admins', async () => {
    for (const baseUrl of ['ftp://x.example', 'https://a:b@x.example', 'https://x.example/?key=1', 'x']) {
      expect((await call('setModel', { body: { ...body, baseUrl } })).status).toBe(400);
    }
    expect((await call('getModel', { as: { user: acme.agent } })).status).toBe(403);
  });

  test('are said hello to, and what that used counts', async () => {
    const endpoint = await startFakeEndpoint(withPieces(['Hello ', 'there.']));
    try {
      await call('setModel', { body: { ...body, baseUrl: `${endpoint.origin}/v1` } });
      expect((await call('testModel')).body).toMatchObject({
        ok: true,
        text: 'Hello there.',
        model: 'fake-1',
        failure: null,
      });
      expect((await call('getModel')).body.usage).toMatchObject({ tokensIn: 120, tokensOut: 12 });
      endpoint.answerWith(withJson({ error: { message: 'bad key sk-1' } }, 401));
      const refused = (await call('testModel')).body;
      expect(refused).toMatchObject({ ok: false, failure: expect.stringContaining('refuses the key') });
      expect(JSON.stringify(refused)).not.toContain('sk-1');
    } finally {
      await endpoint.close();
    }
  });
});

describe('workflows', () => {
  let endpoint: FakeEndpoint;
  beforeEach(async () => {
    endpoint = await startFakeEndpoint(withJson({ output: 'At noon.' }));
    const engineSettings = { webhookUrl: `${endpoint.origin}/webhook/x?secret=1` };
    await acme.storage.widgets.update(acme.widget.id, { engine: 'webhook', engineSettings });
    return () => endpoint.close();
  });
  const widgetId = () => ({ widgetId: acme.widget.id });
  const note = async (of: { conversationId: string; questionMessageId: string }) => {
    const { conversationId, questionMessageId } = of;
    const input = {
      sessionId: conversationId,
      chatInput: 'When?',
      metadata: { conversationId, messageId: questionMessageId },
    };
    const call = {
      id: questionMessageId,
      ...widgetId(),
      conversationId,
      questionMessageId,
      url: 'https://flows.example/x',
      input,
      output: '',
      outcome: 'failed',
      failure: 'It broke.',
      httpStatus: 500,
      durationMs: 5,
    } as const;
    return (await acme.storage.webhooks.note(call)).id;
  };

  test('are signed with a secret that is shown once', async () => {
    expect((await call('getWebhookSecret', { params: widgetId() })).body).toEqual({ createdAt: null });
    const made = await call('rotateWebhookSecret', { params: widgetId() });
    expect(made.body.secret).toMatch(/^whs_/);
    expect((await call('getWebhookSecret', { params: widgetId() })).body).toEqual({ createdAt: made.body.createdAt });
    const stored = await acme.storage.webhooks.findSecret(acme.widget.id);
    expect(JSON.stringify(stored)).not.toContain(made.body.secret);
    expect((await call('rotateWebhookSecret', { params: { widgetId: other.widget.id } })).status).toBe(404);
  });

  test('that are called again answer the visitor who has no answer yet', async () => {
    const { id: conversationId } = await addConversation(acme.storage, { widgetId: acme.widget.id });
    const { message } = await acme.storage.messages.append({ conversationId, role: 'user', content: 'When?' });
    const callId = await note({ conversationId, questionMessageId: message.id });
    const again = await call('sendWebhookCallAgain', { params: { ...widgetId(), callId } });
    expect(again.body).toMatchObject({
      posted: true,
      call: { outcome: 'answered', output: 'At noon.', httpStatus: 200 },
    });
    expect(again.body.call.url).toBe(`${endpoint.origin}/webhook/x`);
    expect(endpoint.taken[0]?.json).toMatchObject({
      action: 'sendMessage',
      sessionId: conversationId,
      chatInput: 'When?',
    });
    const once = await call('sendWebhookCallAgain', { params: { ...widgetId(), callId } });
    expect(once.body.posted).toBe(false);
    const { items } = await acme.storage.messages.list(conversationId, { limit: 10 });
    expect(items.map(({ content }) => content)).toEqual(['When?', 'At noon.']);
    expect(await acme.storage.receipts.find(message.id)).toMatchObject({ outcome: 'answered', engine: 'webhook' });
    const listed = (await call('listWebhookCalls', { params: widgetId() })).body.items;
    expect(listed.map(({ outcome }: { outcome: string }) => outcome).sort()).toEqual([
      'answered',
      'answered',
      'failed',
    ]);
  });

  test('that are called again say nothing to a visitor who was answered, or who talks with a person', async () => {
    const answered = await plant({ outcome: 'answered' });
    const again = await call('sendWebhookCallAgain', { params: { ...widgetId(), callId: await note(answered) } });
    expect(again.body).toMatchObject({ posted: false, call: { output: 'At noon.' } });
    const failed = await plant({ outcome: 'failed' });
    await acme.storage.conversations.update(failed.conversationId, { assigneeId: acme.agent.id });
    const callId = await note(failed);
    expect((await call('sendWebhookCallAgain', { params: { ...widgetId(), callId } })).body.posted).toBe(false);
  });
});
