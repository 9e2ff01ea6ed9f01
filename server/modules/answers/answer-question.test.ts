import { afterEach, beforeEach, expect, test } from 'vitest';
import { type JobRunner, startJobRunner } from '../../jobs/runner.ts';
import { addMember } from '../../storage/conformance/worlds.ts';
import type { NewWebhookCall } from '../../storage/repositories/webhooks.ts';
import { createRouteWorld, type RouteWorld, type Tenant } from '../../testing/route-world.ts';
import { updateConversation } from '../conversations/update-conversation.ts';
import { visitorRoutes } from '../visitors/visitors.routes.ts';
import type { Engines } from './answer-chain.ts';
import { answerHandler } from './answer-question.ts';
import type { Engine, EngineAnswer, Question } from './engines/engine.ts';
import { handBack } from './hand-back.ts';

let world: RouteWorld;
let acme: Tenant;
let visitor: { visitorId: string; token: string };
let runner: JobRunner | undefined;
let asked: Question[];
/** What the engine asked next does; each test sets it. */
let does: (question: Question, sink: { text(delta: string): void }) => Promise<EngineAnswer> | EngineAnswer;
let knowledgeDoes: typeof does;

const said = (text: string): EngineAnswer => ({ kind: 'answered', text, citations: [] });

beforeEach(async () => {
  world = await createRouteWorld();
  acme = await world.addTenant('Acme', { engine: 'llm', language: 'en' });
  visitor = world.newVisitor(acme);
  asked = [];
  does = () => said('From nine to five.');
  knowledgeDoes = () => ({ kind: 'unknown' });
});
afterEach(() => runner?.stop());

function engineThat(act: () => typeof does): Engine {
  return {
    async answer(question, sink, signal) {
      asked.push(question);
      const answer = await act()(question, sink);
      signal.throwIfAborted();
      return answer;
    },
  };
}

/** Starts a process that answers. */
function work(): JobRunner {
  const llm = engineThat(() => does);
  const engines: Engines = { llm, webhook: llm, knowledge: engineThat(() => knowledgeDoes) };
  const { bus, now } = world.deps;
  const times = { lookMs: 5, patienceMs: 2_000, laterMs: 60_000 };
  const answer = answerHandler({ bus, now, engines, usualReplyMs: async () => undefined, times });
  runner = startJobRunner(world.deps, { answer }, { pollMs: 20 });
  return runner;
}

const call = (name: string, params: Record<string, string>, body: unknown) =>
  world.call(visitorRoutes(world.deps, world.widgetDirectory), name, { as: { token: visitor.token }, params, body });

let messages = 0;
async function start(content: string): Promise<string> {
  const body = { clientConversationId: `c${++messages}`, message: { content, clientMessageId: `m${++messages}` } };
  return (await call('startVisitorConversation', {}, body)).body.conversation.id;
}
async function say(conversationId: string, content: string): Promise<string> {
  const body = { content, clientMessageId: `m${++messages}` };
  return (await call('postVisitorMessage', { conversationId }, body)).body.id;
}
const threadOf = async (conversationId: string) =>
  (await acme.storage.messages.list(conversationId, { limit: 100 })).items.map(
    ({ role, content }) => `${role}: ${content}`,
  );
const receiptsOf = async () => (await acme.storage.receipts.list({}, { limit: 100 })).items;
const conversationOf = async (id: string) => (await acme.storage.conversations.find(id))!;
const waiting = async () => (await world.storage.queue.waiting()).count;

test('a visitor’s message is answered once, with a receipt, and everybody is told', async () => {
  const conversationId = await start('When are you open?');
  expect(await waiting()).toBe(1);
  await work().idle();
  expect(await threadOf(conversationId)).toEqual(['user: When are you open?', 'assistant: From nine to five.']);
  const [receipt, ...others] = await receiptsOf();
  expect(others).toEqual([]);
  expect(receipt).toMatchObject({
    conversationId,
    question: 'When are you open?',
    answer: 'From nine to five.',
    outcome: 'answered',
    engine: 'llm',
    steps: [{ engine: 'llm', failure: null }],
  });
  expect(await waiting()).toBe(0);
  const created = world.events.filter(({ name }) => name === 'message.created');
  expect(created).toHaveLength(2);
});

test('a message that is sent again asks nothing again', async () => {
  const conversationId = await start('When are you open?');
  const body = { content: 'And on Sundays?', clientMessageId: 'same' };
  await call('postVisitorMessage', { conversationId }, body);
  await call('postVisitorMessage', { conversationId }, body);
  await work().idle();
  await call('postVisitorMessage', { conversationId }, body);
  await runner?.idle();
  expect(asked).toHaveLength(2);
  expect(await threadOf(conversationId)).toHaveLength(4);
});

test('questions of one thread are answered in the order in which they were asked', async () => {
  const conversationId = await start('One?');
  await say(conversationId, 'Two?');
  await say(conversationId, 'Three?');
  does = async ({ text }) => {
    // The first takes longest.
    if (text === 'One?') await new Promise((resolve) => setTimeout(resolve, 40));
    return said(`Answer to ${text}`);
  };
  await work().idle();
  const answers = (await threadOf(conversationId)).filter((entry) => entry.startsWith('assistant'));
  expect(answers).toEqual(['assistant: Answer to One?', 'assistant: Answer to Two?', 'assistant: Answer to Three?']);
  expect(asked.map(({ history }) => history.filter(({ role }) => role === 'assistant').length)).toEqual([0, 1, 2]);
});

test('what passages say is cited, numbered in the order of the text', async () => {
  const passage = (number: number) => ({
    chunk: {
      id: `c${number}`,
      documentId: 'd',
      titlePath: ['Guide', `Part ${number}`],
      page: number,
      url: null,
      text: `Text ${number}.`,
    },
    documentName: 'Guide',
    score: 1,
    matches: [],
  });
  does = (question) => {
    question.passages.push(...([passage(1), passage(2), passage(3)] as never[]));
    return { kind: 'answered', text: 'First [3], then [1] and [3].', citations: [3, 1] };
  };
  const conversationId = await start('How?');
  await work().idle();
  const message = (await acme.storage.messages.list(conversationId, { limit: 10 })).items.at(-1);
  expect(message?.content).toBe('First [1], then [2] and [1].');
  const view = await call('listVisitorMessages', { conversationId }, undefined);
  expect(view.body.items.at(-1).answer).toEqual({
    citations: [
      { number: 1, title: 'Guide › Part 3', page: 3, url: null, quote: 'Text 3.' },
      { number: 2, title: 'Guide › Part 1', page: 1, url: null, quote: 'Text 1.' },
    ],
    offersPerson: false,
    rating: null,
  });
  expect(view.body.items[0].answer).toBeUndefined();
});

test('the assistant is silent while somebody is assigned, and the receipt says so', async () => {
  const conversationId = await start('Hello, when?');
  await acme.storage.conversations.update(conversationId, { assigneeId: acme.agent.id });
  await work().idle();
  expect(asked).toEqual([]);
  expect(await threadOf(conversationId)).toHaveLength(1);
  expect((await receiptsOf()).map(({ outcome, answerMessageId }) => [outcome, answerMessageId])).toEqual([
    ['silent', null],
  ]);
});

test('an answer that is finished after an agent has written is not sent', async () => {
  const conversationId = await start('When?');
  does = async () => {
    await acme.storage.messages.append({
      conversationId,
      role: 'agent',
      content: 'I am here',
      authorId: acme.agent.id,
    });
    return said('Too late');
  };
  await work().idle();
  expect(await threadOf(conversationId)).toEqual(['user: When?', 'agent: I am here']);
  expect((await receiptsOf())[0]?.outcome).toBe('silent');
  expect(world.events.findLast(({ name }) => name === 'answer.progress')?.event).toMatchObject({ phase: 'ended' });
});

test('the assistant comes back when the conversation is handed back, and not before', async () => {
  const conversationId = await start('When?');
  await acme.storage.messages.append({
    conversationId,
    role: 'agent',
    content: 'I see to it',
    authorId: acme.agent.id,
  });
  await acme.storage.conversations.update(conversationId, { assigneeId: acme.agent.id });
  await work().idle();
  await acme.storage.conversations.update(conversationId, { assigneeId: null });
  await say(conversationId, 'Anybody?');
  await runner?.idle();
  expect(asked).toEqual([]);

  const { clientId } = acme.storage;
  const caller = { kind: 'member', user: acme.agent, role: 'agent', clientId, storage: acme.storage } as const;
  const after = await handBack(world.deps, { caller, conversationId, requestId: 'r' });
  expect(after).toMatchObject({ assigneeId: null, handoff: null, status: 'open' });
  await say(conversationId, 'And now?');
  await runner?.idle();
  expect(asked.map(({ text }) => text)).toEqual(['And now?']);
  expect((await threadOf(conversationId)).slice(-3)).toEqual([
    'system: The assistant answers again.',
    'user: And now?',
    'assistant: From nine to five.',
  ]);
  expect(await handBack(world.deps, { caller, conversationId, requestId: 'r' })).toMatchObject({ lastSequence: 6 });
});

test('a closed conversation that its visitor opens again is the assistant’s, whoever had it before', async () => {
  const conversationId = await start('When?');
  await work().idle();
  await acme.storage.conversations.update(conversationId, { assigneeId: acme.agent.id });
  await acme.storage.messages.append({ conversationId, role: 'agent', content: 'At nine', authorId: acme.agent.id });
  const { clientId } = acme.storage;
  const caller = { kind: 'member', user: acme.agent, role: 'agent', clientId, storage: acme.storage } as const;
  const change = (wish: object) => updateConversation(world.deps, { caller, conversationId, wish, requestId: 'r' });
  await change({ status: 'closed' });
  await say(conversationId, 'And on Sundays?');
  await runner?.idle();
  expect(await conversationOf(conversationId)).toMatchObject({ assigneeId: null, status: 'open', metadata: {} });
  expect((await threadOf(conversationId)).slice(-3)).toEqual([
    'user: And on Sundays?',
    'system: The assistant answers again.',
    'assistant: From nine to five.',
  ]);

  await change({ status: 'closed' });
  await say(conversationId, 'Thanks, and the price?');
  await runner?.idle();
  expect((await threadOf(conversationId)).slice(-2)).toEqual([
    'user: Thanks, and the price?',
    'assistant: From nine to five.',
  ]);
});

test('the assistant stays silent in a closed conversation that somebody has taken again', async () => {
  const conversationId = await start('When?');
  await work().idle();
  const { clientId } = acme.storage;
  const caller = { kind: 'member', user: acme.agent, role: 'agent', clientId, storage: acme.storage } as const;
  const change = (wish: object) => updateConversation(world.deps, { caller, conversationId, wish, requestId: 'r' });
  await change({ status: 'closed' });
  await change({ status: 'open', assigneeId: acme.agent.id });
  await say(conversationId, 'And on Sundays?');
  await runner?.idle();
  expect((await threadOf(conversationId)).at(-1)).toBe('user: And on Sundays?');
  expect((await conversationOf(conversationId)).assigneeId).toBe(acme.agent.id);
});

test('what the visitor thinks of an answer is known to whoever reads the thread as the visitor', async () => {
  const conversationId = await start('When?');
  await work().idle();
  const read = async () => (await call('listVisitorMessages', { conversationId }, undefined)).body.items;
  const answer = (await read()).at(-1);
  expect(answer.answer.rating).toBeNull();
  await acme.storage.receipts.rate({ conversationId, answerMessageId: answer.id }, -1);
  expect((await read()).at(-1).answer.rating).toBe(-1);
});

test('there is nothing to rate in what was not known, in a greeting, and in what tells of a failure', async () => {
  does = () => ({ kind: 'unknown' });
  knowledgeDoes = () => ({ kind: 'unknown' });
  const conversationId = await start('How far is the moon?');
  await work().idle();
  await say(conversationId, 'no');
  await runner?.idle();
  const { items } = (await call('listVisitorMessages', { conversationId }, undefined)).body;
  const said = items.filter(({ role }: { role: string }) => role === 'assistant');
  expect(said).toHaveLength(2);
  for (const { answer } of said) expect(answer).not.toHaveProperty('rating');
});

test('what is not known is said with the offer of a person, who is called after a yes', async () => {
  does = () => ({ kind: 'unknown' });
  const conversationId = await start('Wie groß ist der Mond?');
  await work().idle();
  const first = (await acme.storage.messages.list(conversationId, { limit: 10 })).items.at(-1);
  expect(first?.content).toBe('Dazu habe ich keine Antwort gefunden. Soll ich einen Menschen rufen?');
  expect((await conversationOf(conversationId)).handoff).toBeNull();
  await say(conversationId, 'Ja, bitte!');
  await runner?.idle();
  const conversation = await conversationOf(conversationId);
  expect(conversation).toMatchObject({ status: 'waiting', handoff: { requestedBy: 'visitor' } });
  expect((await threadOf(conversationId)).at(-1)).toContain('assistant: Ich habe jemanden gerufen');
  await say(conversationId, 'Hallo?');
  await runner?.idle();
  expect((await threadOf(conversationId)).at(-1)).toBe('user: Hallo?');
});

test('a person is called by the assistant when it does not know twice in a row', async () => {
  does = () => ({ kind: 'unknown' });
  const conversationId = await start('How heavy is the moon?');
  await work().idle();
  await say(conversationId, 'And the sun?');
  await runner?.idle();
  expect((await conversationOf(conversationId)).handoff).toMatchObject({
    requestedBy: 'assistant',
    reason: 'And the sun?',
  });
});

test('a call for a person needs no engine', async () => {
  const conversationId = await start('Can I talk to a person?');
  await work().idle();
  expect(asked).toEqual([]);
  expect((await conversationOf(conversationId)).handoff).toMatchObject({ requestedBy: 'visitor' });
  expect(await receiptsOf()).toMatchObject([{ outcome: 'answered' }]);
});

test('when the engine fails the documents answer, and the receipt tells both', async () => {
  does = () => ({ kind: 'failed', reason: 'The model is away.' });
  knowledgeDoes = () => said('From the guide.');
  const conversationId = await start('When?');
  await work().idle();
  expect((await threadOf(conversationId)).at(-1)).toBe('assistant: From the guide.');
  const [receipt] = await receiptsOf();
  expect(receipt).toMatchObject({ outcome: 'fallback', engine: 'knowledge' });
  expect(receipt?.steps.map(({ engine, failure }) => [engine, failure])).toEqual([
    ['llm', 'The model is away.'],
    ['knowledge', null],
  ]);
});

test('when nothing can answer, the visitor is told so and a person is called', async () => {
  does = () => ({ kind: 'failed', reason: 'The model is away.' });
  const conversationId = await start('When?');
  await work().idle();
  expect((await threadOf(conversationId)).at(-1)).toContain(
    'I cannot answer this at the moment. I have called a person',
  );
  expect((await conversationOf(conversationId)).handoff).toMatchObject({ requestedBy: 'assistant' });
  expect((await receiptsOf())[0]?.outcome).toBe('failed');
});

test('a question that every process died over is given up with words to the visitor', async () => {
  const conversationId = await start('When?');
  for (let attempt = 1; attempt <= 4; attempt += 1) {
    const [job] = await world.storage.queue.claim({ kinds: ['answer'], limit: 1, leaseMs: 1_000 });
    expect(job?.attempts).toBe(attempt);
    world.env.advance(1_001);
  }
  await work().idle();
  expect(asked).toEqual([]);
  expect((await threadOf(conversationId)).at(-1)).toContain('assistant: I cannot answer this at the moment.');
  expect(await waiting()).toBe(0);
});

test('a process that has lost a question adds nothing to the answer of the one that has it', async () => {
  const conversationId = await start('When?');
  let resume = () => {};
  const held = new Promise<void>((resolve) => {
    resume = resolve;
  });
  let begun = () => {};
  const beginning = new Promise<void>((resolve) => {
    begun = resolve;
  });
  does = async () => {
    if (asked.length > 1) return said('From the second.');
    begun();
    await held;
    return said('From the first.');
  };
  const first = work();
  await beginning;
  const [job] = await Promise.all([acme.storage.jobs.find('answer', asked[0]!.messageId)]);
  await world.storage.queue.giveBack(job!, { runAt: world.env.now(), error: null });
  const second = work();
  await second.idle();
  resume();
  await first.idle();
  await first.stop();
  expect(await threadOf(conversationId)).toEqual(['user: When?', 'assistant: From the second.']);
  expect(await receiptsOf()).toHaveLength(1);
});

test('a workflow that answers later is waited for, its message is the answer, and nothing else is said', async () => {
  acme = await world.addTenant('Flow', {
    engine: 'webhook',
    engineSettings: { webhookUrl: 'https://flows.example/x' },
  });
  visitor = world.newVisitor(acme);
  does = async ({ conversationId, messageId, widget }) => {
    await acme.storage.webhooks.note(laterCall({ conversationId, messageId, widgetId: widget.id }));
    return { kind: 'later' };
  };
  const conversationId = await start('When?');
  await work().idle();
  expect(await threadOf(conversationId)).toHaveLength(1);
  await acme.storage.messages.append({ conversationId, role: 'assistant', content: 'At noon.' });
  world.env.advance(61_000);
  await runner?.idle();
  expect(await threadOf(conversationId)).toEqual(['user: When?', 'assistant: At noon.']);
  expect(await receiptsOf()).toMatchObject([{ outcome: 'answered', engine: 'webhook', answer: 'At noon.' }]);
  expect(asked).toHaveLength(1);
});

test('a workflow that does not keep its word is replaced by the documents', async () => {
  acme = await world.addTenant('Flow', {
    engine: 'webhook',
    engineSettings: { webhookUrl: 'https://flows.example/x' },
  });
  visitor = world.newVisitor(acme);
  does = async ({ conversationId, messageId, widget }) => {
    await acme.storage.webhooks.note(laterCall({ conversationId, messageId, widgetId: widget.id }));
    return { kind: 'later' };
  };
  knowledgeDoes = () => said('From the guide.');
  const conversationId = await start('When?');
  await work().idle();
  world.env.advance(61_000);
  await runner?.idle();
  expect(await threadOf(conversationId)).toEqual(['user: When?', 'assistant: From the guide.']);
  expect(await receiptsOf()).toMatchObject([{ outcome: 'fallback' }]);
});

test('what an engine writes is told while it writes, to the thread it is for', async () => {
  does = async (_question, sink) => {
    sink.text('From ');
    sink.text('nine');
    return said('From nine to five.');
  };
  const conversationId = await start('When?');
  await work().idle();
  const progress = world.events.flatMap(({ name, event }) => (name === 'answer.progress' ? [event] : []));
  expect(progress).toMatchObject([
    { clientId: acme.storage.clientId, conversationId, phase: 'thinking', offset: 0, text: '' },
    { conversationId, phase: 'writing', offset: 0, text: 'From ' },
  ]);
});

test('a widget without an engine, and a file without words, leave it to people', async () => {
  const quiet = await world.addTenant('Quiet', { engine: 'none' });
  visitor = world.newVisitor(quiet);
  await start('When?');
  expect(await waiting()).toBe(0);
});

test('an agent who takes part in another thread keeps no assistant silent', async () => {
  const other = await addMember(world.storage, acme.storage, 'agent');
  const first = await start('One?');
  await acme.storage.messages.append({ conversationId: first, role: 'agent', content: 'Here', authorId: other.id });
  const second = await start('Two?');
  await work().idle();
  expect((await threadOf(second)).at(-1)).toBe('assistant: From nine to five.');
});

function laterCall(of: { conversationId: string; messageId: string; widgetId: string }): NewWebhookCall {
  const { conversationId, messageId, widgetId } = of;
  return {
    id: messageId,
    widgetId,
    conversationId,
    questionMessageId: messageId,
    url: 'https://flows.example/x',
    input: {},
    output: '',
    outcome: 'later',
    failure: null,
    httpStatus: 200,
    durationMs: 1,
  };
}
