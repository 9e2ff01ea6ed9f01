import type { WebhookCall } from '../../../../shared/schema.ts';
import {
  type Answering,
  chunkOf,
  eventOf,
  hangingUp,
  stalling,
  startFakeEndpoint,
  withEvents,
  withJson,
  withPieces,
} from '../../../testing/fake-endpoint.ts';
import { type Behaviour, describeEngine } from './engine.suite.ts';
import { createKnowledgeEngine } from './knowledge-engine.ts';
import { createLlmEngine } from './llm-engine.ts';
import { questionOf, someId, widgetOf } from './testing.ts';
import { createWebhookEngine } from './webhook-engine.ts';

const text = 'We are open from nine to five.';
const times = { silenceMs: 250, totalMs: 600, afterEndMs: 50, retryMs: 1, deadlineMs: 400 };

const endless: Answering = (response) => {
  const write = () => {
    while (!response.destroyed && response.write(`data: ${'x'.repeat(60_000)}`)) {}
  };
  response.writeHead(200, { 'content-type': 'text/event-stream' }).on('drain', write);
  write();
};

const broken: Answering = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(eventOf(chunkOf({ content: 'We are' })), () => response.destroy());
};

const modelDoes: Record<Behaviour, Answering> = {
  answers: withPieces(['We are open ', 'from nine to five.', ' [1]']),
  'does not know': withPieces(['NO_', 'ANSWER']),
  fails: withJson({ error: { message: 'boom sk-secret' } }, 500),
  'hangs up': hangingUp,
  stalls: stalling,
  'stalls in the middle': withEvents(eventOf(chunkOf({ content: 'We are' })), { end: false }),
  'breaks off in the middle': broken,
  'talks without an end': endless,
  'sends garbage': withEvents('data: {"choices": [\n\nnonsense\n\n'),
  'lies about passages': withPieces([`${text} [1][99] `, 'Really [0].']),
  'repeats itself': withPieces([text]),
};

describeEngine({
  name: 'llm',
  without: {},
  async open() {
    const endpoint = await startFakeEndpoint();
    const choice = {
      baseUrl: `${endpoint.origin}/v1`,
      model: 'small',
      apiKey: 'sk-secret',
      priceInMicros: 0,
      priceOutMicros: 0,
      monthlyCapMicros: null,
      isOwn: false,
    };
    return {
      engine: createLlmEngine({
        modelFor: async () => choice,
        spent: async () => 0,
        spend: async () => {},
        fetchFor: () => (url, init) => fetch(url, init),
        times,
      }),
      question: questionOf({ widget: widgetOf({ engine: 'llm' }) }),
      partner: (behaviour) => endpoint.answerWith(modelDoes[behaviour]),
      text,
      close: endpoint.close,
    };
  },
});

const item = (content: string) =>
  `${JSON.stringify({ type: 'item', content, metadata: { nodeId: 'a', runIndex: 0 } })}\n`;

const workflowDoes: Record<Exclude<Behaviour, 'does not know'>, Answering> = {
  answers: (response) => {
    response.write(
      `${JSON.stringify({ type: 'begin', metadata: { nodeId: 'a', runIndex: 0 } })}\n${item('We are open ')}`,
    );
    response.end(
      `${item('from nine to five.')}${JSON.stringify({ type: 'end', metadata: { nodeId: 'a', runIndex: 0 } })}\n`,
    );
  },
  fails: withJson({ message: 'Workflow could not be started' }, 500),
  'hangs up': hangingUp,
  stalls: stalling,
  'stalls in the middle': (response) => void response.write(item('We are')),
  'breaks off in the middle': (response) => void response.write(item('We are'), () => response.destroy()),
  'talks without an end': endless,
  'sends garbage': (response) =>
    void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>Hi'),
  'lies about passages': withJson({ output: text }),
  'repeats itself': withJson({ output: text }),
};

describeEngine({
  name: 'webhook',
  without: { 'does not know': 'a workflow answers or fails' },
  async open() {
    const endpoint = await startFakeEndpoint();
    const noted = new Map<string, WebhookCall>();
    return {
      engine: createWebhookEngine({
        callsOf: () => ({
          find: async (id) => noted.get(id),
          async note(call) {
            const row = { ...call, clientId: questionOf().clientId, createdAt: new Date(0) };
            noted.set(call.id, row);
            return row;
          },
        }),
        secretFor: async () => 'whs_secret',
        fetch: (url, init) => fetch(url, init),
        now: () => new Date(0),
        newId: () => someId(noted.size + 500),
        times,
      }),
      question: questionOf({
        widget: widgetOf({ engine: 'webhook', engineSettings: { webhookUrl: `${endpoint.origin}/webhook/a/chat` } }),
      }),
      partner: (behaviour) => endpoint.answerWith(workflowDoes[behaviour as keyof typeof workflowDoes]),
      text,
      close: endpoint.close,
    };
  },
});

const itsOwn = 'it asks nobody but storage';
describeEngine({
  name: 'knowledge',
  without: {
    stalls: itsOwn,
    'hangs up': itsOwn,
    'stalls in the middle': itsOwn,
    'breaks off in the middle': itsOwn,
    'talks without an end': itsOwn,
    'sends garbage': itsOwn,
  },
  async open() {
    let does: Behaviour = 'answers';
    const question = questionOf();
    return {
      engine: createKnowledgeEngine({
        async pairDocuments() {
          if (does === 'fails') throw new Error('storage is away');
          return new Set();
        },
      }),
      question,
      partner(behaviour) {
        does = behaviour;
        if (behaviour === 'does not know') question.confidence = 0.01;
        if (behaviour === 'repeats itself') question.passages = [...question.passages, ...question.passages];
      },
      text,
      close: async () => {},
    };
  },
});
