import type { VisitorConversationView } from '../../../../shared/contracts/visitor.ts';
import { createAccount } from './account.ts';
import { ApiError } from './api.ts';
import { createDraft } from './draft.ts';
import { fileRefusals, nameCharsMax } from './files.ts';
import { createLive } from './live.ts';
import { newId } from './new-id.ts';
import { createOutbox } from './outbox.ts';
import { type Chat, type ChatOptions, type ChatState, emptyThread, newerView } from './state.ts';
import { lastWithoutGap, mergeMessages, stillWaiting } from './thread.ts';
import type { Helpfulness, OutboxEntry, OutboxFile, ThreadMessage } from './types.ts';

const typingLapsesMs = 6000;
const pollMs = 5000;
/** Addresses of files are asked for anew after this time, before they lapse. */
const filesFreshMs = 8 * 60_000;
/** Unseen, every so many polls. */
const unseenPolls = 12;

/**
 * One visitor's chat. A message is in the outbox before anything is sent and leaves it once the server has stored it;
 * what comes in is put in by sequence number, and whatever is missing is fetched.
 */
export function createChat(options: ChatOptions): Chat {
  const { api, store } = options;
  const listeners = new Set<() => void>();
  let typingTimer: ReturnType<typeof setTimeout>;
  let polls = 0;
  let lastAt = 0;
  let filesReadAt = Date.now();
  /** The upload that goes on. */
  let uploading: { entryId: string; abort: AbortController } | undefined;
  let isCatchingUp = false;
  let catchUpAgain = false;
  let isStopped = false;

  const account = createAccount({
    api,
    store,
    identityToken: options.identityToken,
    identityRefused: options.identityRefused,
    strange: () => lose(),
  });
  const kept = () => account.kept;
  const currentId = () => kept().conversation?.id ?? null;

  let state: ChatState = {
    ...emptyThread,
    view: 'thread',
    isFailing: false,
    isCutOff: false,
    isStorageBlocked: store.isBlocked(),
    isMuted: kept().muted,
    conversations: null,
    isKnown: !!kept().visitor,
  };
  const set = (change: Partial<ChatState>) => {
    if (isStopped) return;
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };

  const showWaiting = () =>
    set({
      waiting: stillWaiting(outbox.entries(), kept().conversation?.clientId, state.messages),
      isFailing: outbox.isFailing(),
      isStorageBlocked: store.isBlocked(),
      isKnown: !!kept().visitor,
      rating: kept().rated && kept().rated?.id === currentId() ? (kept().rated ?? null) : null,
    });

  const markSeen = () => {
    const { conversation, messages } = state;
    const sequence = messages.findLast(({ role }) => role !== 'user')?.sequence ?? 0;
    if (!conversation || state.view !== 'thread' || !options.isSeen() || sequence <= conversation.visitorReadSequence)
      return;
    set({ conversation: { ...conversation, visitorReadSequence: sequence } });
    // Lost marks are made up for by the next one.
    account.authed((token) => api.read(token, conversation.id, sequence)).catch(() => {});
  };

  /** Puts messages of the conversation shown into the thread. */
  const take = (incoming: readonly ThreadMessage[], view?: VisitorConversationView, isNews = true) => {
    const known = new Set(state.messages.map((message) => message.sequence));
    const messages = mergeMessages(state.messages, incoming);
    const isAnswered =
      isNews &&
      incoming.some(({ role, sequence }) => (role === 'assistant' || role === 'agent') && !known.has(sequence));
    if (isAnswered) draft.end();
    set({
      messages,
      ...(isAnswered && { draft: null }),
      ...(view && { conversation: newerView(state.conversation, view) }),
    });
    showWaiting();
    markSeen();
    if (isNews) {
      for (const message of incoming) {
        if (message.role !== 'user' && !known.has(message.sequence)) options.arrived(message);
      }
    }
    if (lastWithoutGap(messages) < (messages.at(-1)?.sequence ?? 0)) void catchUp();
  };

  /** Fetches what is missing beyond the last number without a gap. */
  const catchUp = async () => {
    const id = currentId();
    if (!id || state.isLoading) return;
    catchUpAgain = true;
    if (isCatchingUp) return;
    isCatchingUp = true;
    try {
      while (catchUpAgain) {
        const after = lastWithoutGap(state.messages);
        const stretch = await account.authed((token) => api.messages(token, id, { after }));
        if (id !== currentId()) break;
        take(stretch.items);
        catchUpAgain = stretch.hasMore && lastWithoutGap(state.messages) > after;
      }
      set({ isCutOff: false });
    } catch (error) {
      failed(error, id);
    }
    isCatchingUp = false;
  };

  const failed = (error: unknown, id: string) => {
    const isGone = error instanceof ApiError && error.status === 404;
    if (isGone && id === currentId()) lose();
    else set({ isCutOff: true });
  };

  const loadConversations = async () => {
    const { items } = await account.authed((token) => api.conversations(token));
    const current = items.find((item) => item.id === currentId());
    set({ conversations: items, ...(current && { conversation: newerView(state.conversation, current) }) });
    return items;
  };

  /** Reads the newest part of the conversation that is kept as the current one. */
  const loadThread = async () => {
    const id = currentId();
    showWaiting();
    if (!id) return;
    set({ isLoading: true });
    try {
      const [stretch] = await Promise.all([
        account.authed((token) => api.messages(token, id, {})),
        loadConversations(),
      ]);
      if (id !== currentId()) return;
      filesReadAt = Date.now();
      set({ isLoading: false, hasOlder: stretch.hasMore, isCutOff: false });
      take(stretch.items, undefined, false);
      live.follow(id);
    } catch (error) {
      failed(error, id);
    }
  };

  const show = (conversation: { clientId: string; id: string | null } | null) => {
    kept().conversation = conversation;
    live.follow(null);
    set({ ...emptyThread, view: 'thread' });
    void loadThread();
  };

  const startAnew = () => {
    show(null);
    if (state.isKnown) account.save();
  };

  /** The conversation shown is gone or another's. What waits for it begins a new one. */
  const lose = () => {
    const from = kept().conversation?.clientId;
    if (!from) return;
    if (!state.waiting.length) {
      // Not written down: another tab may be about to begin anew with what waits there.
      show(null);
      return;
    }
    const clientId = newId();
    outbox.move(from, clientId);
    show({ clientId, id: null });
    account.save();
  };

  /** Uploads what the server has not got yet. A file that can never be sent is put aside; the rest is answered. */
  const upload = async (entry: OutboxEntry, conversationId: string): Promise<OutboxEntry> => {
    let left = entry;
    for (const file of entry.files ?? []) {
      if (file.uploaded) continue;
      const bytes = await options.files.get(file.id);
      const abort = new AbortController();
      uploading = { entryId: entry.id, abort };
      try {
        if (!bytes) throw new ApiError(410);
        const watch = {
          signal: abort.signal,
          progressed: (share: number) => set({ uploads: { ...state.uploads, [file.id]: share } }),
        };
        const { id } = await account.authed((token) =>
          api.upload(token, conversationId, { name: file.name, bytes }, watch),
        );
        const done = (known: OutboxFile) => (known.id === file.id ? { ...known, uploaded: id } : known);
        left = outbox.update({ ...left, files: left.files?.map(done) ?? [] });
      } catch (error) {
        const status = error instanceof ApiError ? error.status : 0;
        // Reading the thread tells whether it is gone, and what waits then begins a new one.
        if (status === 404 && conversationId === currentId()) {
          void catchUp();
          throw new ApiError(0);
        }
        const refused = fileRefusals[status];
        if (!refused) throw error;
        const known = left.files?.filter(({ id }) => id === file.id) ?? [];
        left = outbox.split(left, known, { refused });
      } finally {
        uploading = undefined;
      }
      // Given up meanwhile.
      if (!outbox.entries().some(({ id }) => id === entry.id)) throw new ApiError(0);
    }
    return left;
  };

  const callPerson = async (conversationId: string) => {
    const view = await account.authed((token) => api.handoff(token, conversationId));
    if (view.id === currentId()) set({ conversation: newerView(state.conversation, view) });
  };

  const deliver = async (written: OutboxEntry) => {
    let entry = written;
    const isCurrent = () => kept().conversation?.clientId === entry.conversation;
    let message: ThreadMessage;
    if (entry.conversationId) {
      const { conversationId } = entry;
      try {
        entry = await upload(entry, conversationId);
        if (!entry.content && !entry.files?.length) return;
        if (entry.person) await callPerson(conversationId);
        message = await account.authed((token) => api.post(token, conversationId, entry));
      } catch (error) {
        const status = error instanceof ApiError && error.status;
        if (status === 404) {
          if (isCurrent()) lose();
          else outbox.move(entry.conversation, newId());
        }
        // Files that have waited there for too long are gone, and go up once more.
        if (status === 400 && entry.files?.length && !entry.again) {
          outbox.update({ ...entry, again: true, files: entry.files.map(({ uploaded: _, ...file }) => file) });
          throw new ApiError(0);
        }
        throw error;
      }
    } else {
      const { files = [] } = entry;
      // A conversation begins with words, and has to be there before files can be uploaded: they follow.
      if (files.length) {
        entry = outbox.split(entry, files, {}, entry.content || files.map(({ name }) => name).join(', '));
      }
      const started = await account.authed((token) => api.start(token, entry, entry.start ?? options.startFacts()));
      const { id } = started.conversation;
      message = started.message;
      outbox.bind(entry.conversation, id);
      if (isCurrent()) {
        kept().conversation = { clientId: entry.conversation, id };
        set({ conversation: newerView(state.conversation, started.conversation) });
        live.follow(id);
      }
      account.save();
      if (entry.person) await callPerson(id);
    }
    if (isCurrent()) take([message]);
    options.stored(message);
  };

  const outbox = createOutbox({
    store,
    deliver: (entry) => deliver(entry),
    changed: () => showWaiting(),
    gone({ files = [] }) {
      for (const { id } of files) options.files.drop(id);
    },
  });

  const draft = createDraft((next) => set({ draft: next?.conversationId === currentId() ? next : null }));

  const live = createLive({
    openSocket: options.openSocket,
    token: account.token,
    watched(lastSequence, answer) {
      outbox.retryNow();
      const isBehind = lastSequence > lastWithoutGap(state.messages);
      draft.resume(answer, isBehind ? catchUp() : Promise.resolve());
      // What was marked as seen meanwhile comes with the list only.
      loadConversations().catch(() => {});
    },
    message({ message, conversation }) {
      if (conversation.id !== currentId()) return;
      if (message.role !== 'user') set({ typing: null });
      take([message], conversation);
    },
    conversation({ conversation }) {
      if (conversation.id !== currentId()) return;
      set({ conversation: newerView(state.conversation, conversation) });
      if (conversation.lastSequence > lastWithoutGap(state.messages)) void catchUp();
    },
    answer(step) {
      if (step.conversationId === currentId()) draft.step(step);
    },
    typing({ conversationId, side, name, typing }) {
      if (side !== 'agent' || conversationId !== currentId()) return;
      clearTimeout(typingTimer);
      set({ typing: typing ? { name } : null });
      if (typing) typingTimer = setTimeout(() => set({ typing: null }), typingLapsesMs);
    },
  });

  /** Reads the messages with files again when their addresses are about to lapse. */
  const freshenFiles = async () => {
    const id = currentId();
    const first = state.messages.find(({ attachments }) => attachments.length)?.sequence;
    if (!id || !first || Date.now() - filesReadAt < filesFreshMs) return;
    filesReadAt = Date.now();
    try {
      for (let after = first - 1, isMore = true; isMore; ) {
        const stretch = await account.authed((token) => api.messages(token, id, { after }));
        if (id !== currentId()) return;
        take(stretch.items, undefined, false);
        after = stretch.items.at(-1)?.sequence ?? after;
        isMore = stretch.hasMore;
      }
    } catch {
      // With the next poll, then.
      filesReadAt = 0;
    }
  };

  const refresh = () => (state.isLoading ? loadThread() : catchUp());
  const pollTimer = setInterval(() => {
    polls++;
    if (options.isSeen()) void freshenFiles();
    if (!live.isUp() && (options.isSeen() || polls % unseenPolls === 0)) {
      void refresh();
      // Status, marks and whether a person was called come with the list only.
      if (currentId()) loadConversations().catch(() => {});
      // The socket's code may not have come yet.
      live.follow(currentId());
    }
  }, pollMs);

  const adoptNewest = async () => {
    const [newest] = await loadConversations();
    if (newest && !kept().conversation) chat.openConversation(newest);
  };

  const chat: Chat = {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send(content, { preChat, files = [], person } = {}) {
      const current = kept().conversation;
      const facts = options.startFacts();
      lastAt = Math.max(Date.now(), lastAt + 1);
      const entry: OutboxEntry = {
        id: newId(),
        conversation: current?.clientId ?? newId(),
        conversationId: current?.id ?? null,
        content,
        at: lastAt,
        ...(person && { person }),
        ...(files.length && {
          files: files.map((file) => ({ id: newId(), name: file.name.slice(-nameCharsMax), size: file.size })),
        }),
        ...(current ? { context: facts.context } : { start: { ...facts, ...(preChat && { preChat }) } }),
      };
      kept().conversation ??= { clientId: entry.conversation, id: null };
      account.save();
      for (const [i, { id }] of (entry.files ?? []).entries()) {
        options.files.put(id, files[i] as File, !store.isBlocked());
      }
      outbox.add(entry);
    },
    async rate(rating) {
      const id = currentId();
      if (!id) return;
      await account.authed((token) => api.rate(token, id, rating));
      kept().rated = { ...rating, id };
      account.save();
      showWaiting();
    },
    async rateAnswer(messageId, helped) {
      const id = currentId();
      if (!id) return;
      const show = (next: Helpfulness | undefined) => set({ helped: { ...state.helped, [messageId]: next } });
      const before = state.helped[messageId];
      show(helped);
      try {
        await account.authed((token) => api.rateAnswer(token, id, messageId, helped));
      } catch (error) {
        show(before);
        throw error;
      }
    },
    typing: live.typing,
    async loadOlder() {
      const id = currentId();
      const before = state.messages[0]?.sequence;
      if (!id || !before) return;
      try {
        const stretch = await account.authed((token) => api.messages(token, id, { before }));
        if (id !== currentId()) return;
        set({ hasOlder: stretch.hasMore });
        take(stretch.items, undefined, false);
      } catch (error) {
        failed(error, id);
      }
    },
    startAnew,
    openConversation(conversation) {
      show({ clientId: conversation.clientConversationId ?? conversation.id, id: conversation.id });
      account.save();
    },
    showList() {
      set({ view: 'conversations' });
      if (state.isKnown) loadConversations().catch(() => set({ isCutOff: true }));
      else set({ conversations: [] });
    },
    show: (view) => set({ view }),
    authed: account.authed,
    toggleMuted() {
      kept().muted = !state.isMuted;
      if (state.isKnown) account.save();
      set({ isMuted: kept().muted });
    },
    discard(entryId) {
      outbox.discard(entryId);
      if (uploading?.entryId === entryId) uploading.abort.abort();
    },
    wakeUp() {
      outbox.retryNow();
      live.retryNow();
      markSeen();
      void freshenFiles();
      if (!live.isUp()) void refresh();
    },
    storageChanged(key) {
      if (key && !key.startsWith(store.prefix)) return;
      const before = kept().conversation;
      if (!key || key === store.prefix) account.reload();
      const now = kept().conversation;
      if (now?.clientId !== before?.clientId) show(now);
      else if (now?.id && now.id !== before?.id) void loadThread();
      // What the other tab has sent is fetched before it leaves the outbox here, so that its bubble stays.
      void refresh().finally(outbox.reload);
    },
    stop() {
      isStopped = true;
      clearInterval(pollTimer);
      clearTimeout(typingTimer);
      draft.end();
      account.stop();
      outbox.stop();
      uploading?.abort.abort();
      live.stop();
    },
  };

  if (kept().conversation) void loadThread();
  else if (options.identityToken) adoptNewest().catch(() => {});
  return chat;
}
