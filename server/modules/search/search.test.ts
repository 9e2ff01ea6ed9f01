import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isStorableText } from '../../../shared/contracts/fields.ts';
import { queryTermsOf } from '../../lib/search-terms.ts';
import { addConversation } from '../../storage/conformance/worlds.ts';
import { StorageUnavailableError } from '../../storage/errors.ts';
import { type Answered, createRouteWorld, type RouteWorld, type Sent, type Tenant } from '../../testing/route-world.ts';
import { conversationsRoutes } from '../conversations/conversations.routes.ts';
import { announceMessage } from '../conversations/post-message.ts';
import { makeSnippet } from './make-snippet.ts';
import { searchRoutes } from './search.routes.ts';
import { type SearchIndexer, startSearchIndexer } from './search-indexer.ts';

let world: RouteWorld;
let acme: Tenant;
let indexer: SearchIndexer;

beforeEach(async () => {
  world = await createRouteWorld();
  acme = await world.addTenant();
  indexer = startSearchIndexer(world.deps, { delayMs: 1 });
});
afterEach(() => indexer.stop());

const call = (name: string, sent?: Sent): Promise<Answered> =>
  world.call([...searchRoutes(), ...conversationsRoutes(world.deps)], name, {
    as: { user: acme.agent },
    params: { clientId: acme.storage.clientId },
    ...sent,
  });
const search = async (q: string, more = '') =>
  (await call('searchConversations', { query: `q=${encodeURIComponent(q)}${more}` })).body;
const idsOf = (answer: { items: { conversation: { id: string } }[] }) =>
  answer.items.map(({ conversation }) => conversation.id);

/** Says something as the use case does, and resolves when it can be found. */
async function say(conversationId: string, content: string, tenant = acme): Promise<void> {
  world.env.advance(1);
  const result = await tenant.storage.messages.append({ conversationId, role: 'user', content });
  announceMessage(world.bus, tenant.storage, result);
  await indexer.idle();
}

describe('searching', () => {
  test('finds conversations by words of their messages, however they are written, newest first', async () => {
    const [one, two] = [await addConversation(acme.storage), await addConversation(acme.storage)];
    await say(one.id, 'My INVOICE is wrong');
    await say(one.id, 'It is from March');
    await say(two.id, 'Where is my ｉｎｖｏｉｃｅ?');
    expect(idsOf(await search('invoice'))).toEqual([two.id, one.id]);
    expect(idsOf(await search('invoice mar'))).toEqual([one.id]);
    expect(idsOf(await search('invo'))).toEqual([two.id, one.id]);
    expect(idsOf(await search('nothing'))).toEqual([]);
    expect(await search('?!')).toEqual({ items: [], nextCursor: null });
  });

  test('shows the conversation with the stretch of text that has most of the words', async () => {
    const { id } = await addConversation(acme.storage, { title: 'Billing' });
    await say(id, `${'Well, '.repeat(40)}the invoice of March is wrong ${'and so on '.repeat(40)}`);
    await say(id, 'Which invoice?');
    const [hit] = (await search('march invoice')).items;
    expect(hit).toMatchObject({ conversation: { id, title: 'Billing' }, visitorName: null });
    expect(hit.snippet).toMatchObject({ source: 'message', sequence: 1 });
    const { text, ranges } = hit.snippet;
    const marked = ranges.map(({ start, end }: { start: number; end: number }) => text.slice(start, end));
    expect(marked).toEqual(['invoice', 'March']);
    expect(text).toMatch(/^….*…$/);
    expect((await search('billing')).items[0].snippet).toMatchObject({ source: 'title', text: 'Billing' });
  });

  test('finds conversations by the name and the address of their visitor', async () => {
    const { visitorId } = world.newVisitor(acme);
    await acme.storage.visitors.see({
      id: visitorId,
      widgetId: acme.widget.id,
      name: 'Zoë Brown',
      email: 'zoe@example.com',
    });
    const { id } = await addConversation(acme.storage, { visitorId });
    await say(id, 'Hi');
    for (const q of ['brown', 'zoe@exam', 'zoë hi']) expect([q, idsOf(await search(q))]).toEqual([q, [id]]);
    const [hit] = (await search('brown')).items;
    expect(hit).toMatchObject({ visitorName: 'Zoë Brown', snippet: { source: 'visitor', sequence: null } });
  });

  test('goes page by page, and stays within the client', async () => {
    const other = await world.addTenant('Other');
    await say((await addConversation(other.storage)).id, 'secret invoice', other);
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) {
      const { id } = await addConversation(acme.storage);
      await say(id, 'invoice');
      ids.unshift(id);
    }
    const first = await search('invoice', '&limit=2');
    const second = await search('invoice', `&limit=2&cursor=${first.nextCursor}`);
    expect([...idsOf(first), ...idsOf(second)]).toEqual(ids);
    expect(second.nextCursor).toBeNull();
    expect((await search('invoice', '&cursor=x')).type).toBe('/problems#invalid-cursor');
    expect((await search('')).type).toBe('/problems#validation-failed');
  });
});

describe('the indexer', () => {
  test('finds a conversation by a title it was given, and no longer when it is gone', async () => {
    const { id } = await addConversation(acme.storage);
    const params = { clientId: acme.storage.clientId, conversationId: id };
    await call('updateConversation', { params, body: { title: 'Refund' } });
    await indexer.idle();
    expect(idsOf(await search('refund'))).toEqual([id]);
    await call('deleteConversation', { params, as: { user: acme.owner } });
    await indexer.idle();
    expect(idsOf(await search('refund'))).toEqual([]);
  });

  test('catches up at its start with what was said without it, however much that is', async () => {
    indexer.stop();
    const many = await addConversation(acme.storage);
    for (let n = 0; n < 230; n++) {
      await acme.storage.messages.append({ conversationId: many.id, role: 'user', content: `word${n}` });
    }
    const others: string[] = [];
    for (let n = 0; n < 120; n++) {
      const { id } = await addConversation(acme.storage);
      await acme.storage.messages.append({ conversationId: id, role: 'user', content: 'many' });
      others.push(id);
    }
    indexer = startSearchIndexer(world.deps);
    await indexer.idle();
    for (const word of ['word0', 'word99', 'word100', 'word229']) expect(idsOf(await search(word))).toEqual([many.id]);
    expect(new Set(idsOf(await search('many', '&limit=100'))).size).toBe(100);
    expect(await acme.storage.search.upTo(others[119]!)).toBe(1);
  });

  test('leaves to other processes what happens in them', async () => {
    await indexer.idle();
    const conversation = await addConversation(acme.storage);
    const { message } = await acme.storage.messages.append({
      conversationId: conversation.id,
      role: 'user',
      content: 'far',
    });
    world.bus.publish('message.created', { clientId: acme.storage.clientId, message, conversation }, 'relay');
    await indexer.idle();
    expect(await acme.storage.search.upTo(conversation.id)).toBeUndefined();
  });

  test('two processes that do the same come to the same', async () => {
    const second = startSearchIndexer(world.deps);
    const { id } = await addConversation(acme.storage);
    await say(id, 'twice told');
    await second.idle();
    second.stop();
    expect(idsOf(await search('twice told'))).toEqual([id]);
    expect(await acme.storage.search.upTo(id)).toBe(1);
  });

  test('tries again what it could not do', async () => {
    await indexer.idle();
    indexer.stop();
    let failures = 1;
    const storage = new Proxy(world.storage, {
      get(target, name) {
        if (name === 'forClient' && failures > 0) {
          failures--;
          throw new StorageUnavailableError('away');
        }
        const member = Reflect.get(target, name);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
    const { id } = await addConversation(acme.storage);
    indexer = startSearchIndexer({ ...world.deps, storage }, { delayMs: 1, retryDelayMs: 1 });
    await say(id, 'again');
    expect(failures).toBe(0);
    expect(idsOf(await search('again'))).toEqual([id]);
  });
});

describe('a snippet', () => {
  test('never cuts a character and marks overlapping finds once', () => {
    const text = `${'😀'.repeat(100)}日本語${'😀'.repeat(100)}`;
    const snippet = makeSnippet(text, queryTermsOf('日本語'))!;
    expect(isStorableText(snippet.text)).toBe(true);
    expect(snippet.ranges.map(({ start, end }) => snippet.text.slice(start, end))).toEqual(['日本語']);
    expect(makeSnippet('nothing here', queryTermsOf('else'))).toBeUndefined();
  });
});

describe('counting', () => {
  test('answers how many conversations are in each state, and how many are unread', async () => {
    const { id } = await addConversation(acme.storage);
    await addConversation(acme.storage);
    await say(id, 'Hi');
    const { status, body } = await call('countConversations');
    expect([status, body]).toEqual([200, { open: 2, waiting: 0, snoozed: 0, closed: 0, unread: 1 }]);
    await call('postAgentMessage', {
      params: { clientId: acme.storage.clientId, conversationId: id },
      body: { content: 'Hello' },
    });
    expect((await call('countConversations')).body.unread).toBe(0);
  });
});
