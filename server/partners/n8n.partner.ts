import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectPath } from '../lib/paths.ts';
import { buildRequest, readReply, type WebhookReply } from '../modules/answers/engines/webhook-protocol.ts';
import { openInMemory, openPlantedWorld, type PlantedWorld, type Tenant } from '../testing/planted-world.ts';
import { type N8nServer, startN8n, type Workflow } from './n8n-server.ts';

const secret = 'secret-of-the-widget';
const credential = { id: 'confabKey0000001', name: 'Confab' };

let world: PlantedWorld;
let tenant: Tenant;
let n8n: N8nServer;

beforeAll(async () => {
  world = await openPlantedWorld(openInMemory);
  tenant = await world.plant();
  n8n = await startN8n({
    workflows: [
      withoutModel(read('chat-trigger-agent'), 'confabChatWhole1', 'lastNode'),
      withoutModel(read('chat-trigger-agent'), 'confabChatStream', 'streaming'),
      connected(read('webhook-callback')),
      connected(read('answer-later')),
      connected(read('signed-webhook')),
    ],
    credentials: [{ ...credential, type: 'httpHeaderAuth', data: { name: 'x-org-key', value: tenant.secretKey } }],
    isReady: async (url) => (await fetch(`${url}/webhook/confab-signed`, { method: 'POST' })).status === 401,
  });
});
afterAll(async () => {
  await n8n?.stop();
  await world?.close();
});

const read = (name: string): Workflow => JSON.parse(readFileSync(projectPath('docs', 'n8n', `${name}.json`), 'utf8'));

/** The file as its reader would complete it: with the address of this Confab, its key and the widget's secret. */
function connected(workflow: Workflow): Workflow {
  const text = JSON.stringify(workflow)
    .replaceAll('https://chat.example.com', `http://127.0.0.1:${world.port}`)
    .replaceAll('PUT-THE-SECRET-OF-THE-WIDGET-HERE', secret);
  const whole: Workflow = JSON.parse(text);
  for (const node of whole.nodes) {
    if (node.parameters.genericAuthType === 'httpHeaderAuth') node.credentials = { httpHeaderAuth: credential };
  }
  return whole;
}

/** The chat trigger as it is, and in place of the agent, which needs a model, a node that repeats the question. */
function withoutModel(workflow: Workflow, id: string, responseMode: 'lastNode' | 'streaming'): Workflow {
  const trigger = workflow.nodes.find(({ type }) => type.endsWith('.chatTrigger'))!;
  const text = '={{ "You asked: " + $json.chatInput + " in " + $json.sessionId }}';
  const echo =
    responseMode === 'lastNode'
      ? {
          type: 'n8n-nodes-base.set',
          typeVersion: 3.4,
          parameters: { assignments: { assignments: [{ id: 'a', name: 'output', type: 'string', value: text }] } },
        }
      : {
          type: 'n8n-nodes-base.respondToWebhook',
          typeVersion: 1.5,
          parameters: { respondWith: 'text', responseBody: text, options: { enableStreaming: true } },
        };
  return {
    ...workflow,
    id,
    nodes: [
      { ...trigger, webhookId: id, parameters: { ...trigger.parameters, options: { responseMode } } },
      { id: 'echo', name: 'AI Agent', position: [260, 0], ...echo },
    ],
    connections: { [trigger.name]: { main: [[{ node: 'AI Agent', type: 'main', index: 0 }]] } },
  };
}

interface Asked {
  path: string;
  conversationId?: string;
  messageId?: string;
  secret?: string;
}

async function ask({ path, conversationId = 'c', messageId = 'm', secret: signedWith }: Asked) {
  const { headers, body } = buildRequest({
    sessionId: conversationId,
    chatInput: 'Where is my order? 📦 "quoted"',
    metadata: { conversationId, messageId, widgetId: 'w' },
    secret: signedWith,
    deliveryId: 'd',
    now: new Date(),
  });
  const response = await fetch(`${n8n.url}/webhook/${path}`, { method: 'POST', headers, body });
  const pieces: string[] = [];
  const reply: WebhookReply = await readReply(
    { ok: response.ok, status: response.status, headers: response.headers, body: response.body! },
    { onText: (piece) => pieces.push(piece) },
  );
  return { reply, pieces };
}

const asked = 'You asked: Where is my order? 📦 "quoted"';

/** The first message of the assistant that arrives in the conversation. */
function answerIn(conversationId: string): Promise<string> {
  return new Promise((resolve) => {
    world.deps.bus.subscribe('message.created', ({ message }) => {
      if (message.conversationId === conversationId && message.role === 'assistant') resolve(message.content);
    });
  });
}

async function askedInConversation(path: string) {
  const { id: conversationId } = (await tenant.own.conversations.create({ title: 'Asked' })).conversation;
  const answered = answerIn(conversationId);
  const messageId = world.deps.newId();
  const { reply } = await ask({ path, conversationId, messageId });
  return { conversationId, messageId, reply, answered };
}

test('a chat trigger of n8n 2.8.4 answers in one value', async () => {
  const { reply } = await ask({ path: 'confabChatWhole1/chat' });
  expect(reply).toEqual({ kind: 'answer', text: `${asked} in c`, metadata: {} });
});

test('a chat trigger of n8n 2.8.4 answers in a stream', async () => {
  const { reply, pieces } = await ask({ path: 'confabChatStream/chat' });
  expect(reply).toEqual({ kind: 'answer', text: `${asked} in c`, metadata: {} });
  expect(pieces.join('')).toBe(`${asked} in c`);
});

test('webhook-callback.json answers through the API, and once where it is asked twice', async () => {
  const { conversationId, messageId, reply, answered } = await askedInConversation('confab-callback');
  expect(reply).toEqual({ kind: 'later' });
  expect(await answered).toBe(`${asked} (messages so far: 0)`);
  await ask({ path: 'confab-callback', conversationId, messageId });
  const other = await askedInConversation('confab-callback');
  await other.answered;
  const { items } = await tenant.own.messages.list(conversationId, { limit: 10 });
  expect(items).toHaveLength(1);
});

test('answer-later.json says that it answers later, and does', async () => {
  const { reply, answered } = await askedInConversation('confab-later');
  expect(reply).toEqual({ kind: 'later' });
  expect(await answered).toBe(`It took a while. ${asked}`);
});

test('signed-webhook.json answers who signs with the secret of the widget, and nobody else', async () => {
  expect((await ask({ path: 'confab-signed', secret })).reply).toMatchObject({ kind: 'answer', text: asked });
  expect((await ask({ path: 'confab-signed', secret: 'another' })).reply).toEqual({
    kind: 'failed',
    reason: 'The workflow answered with status 401: The signature is not right.',
  });
  expect((await ask({ path: 'confab-signed' })).reply).toMatchObject({ kind: 'failed' });
});

test('an address without a workflow is a failure that says so', async () => {
  const { reply } = await ask({ path: 'nobody' });
  expect(reply).toMatchObject({ kind: 'failed', reason: expect.stringContaining('status 404') });
});
