import type { VisitorConversationView } from '../../../../shared/contracts/visitor.ts';
import { createAccount } from './account.ts';
import { ApiError } from './api.ts';
import { createDraft } from './draft.ts';
import { nameCharsMax } from './files.ts';
import { createLive } from './live.ts';
import { newId } from './new-id.ts';
import { createOutbox } from './outbox.ts';
import { type Chat, type ChatOptions, type ChatState, emptyThread, newerView } from './state.ts';
import { lastWithoutGap, mergeMessages, stillWaiting } from './thread.ts';
import type { Helpfulness, OutboxEntry, ThreadMessage } from './types.ts';

const typingLapsesMs = 6000;
/** Without a socket the server is asked this often whether the thread goes further. */
const pollMs = 2000;
const pollUnseenMs = 60_000;
/** Addresses of files are asked for anew after this time, before they lapse. */
const filesFreshMs = 8 * 60_000;

/**
 * One visitor's chat. A message is in the outbox before anything is sent and leaves it once the server has stored it;
 * what comes in is put in by sequence number, and whatever is missing is fetched.
 */
export function createChat(options: ChatOptions): Chat {
  const { api, store } = options;
  const listeners = new Set<() => void>();
  let typingTimer: ReturnType<typeof setTimeout>;
  let pollTimer: ReturnType<typeof setTimeout>;
  let lastAt = 0;
  let viewsHeard = 0;
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

  const showWaiting = () => {
    const { conversation, rated, visitor } = kept();
    set({
      waiting: stillWaiting(outbox.entries(), conversation?.clientId, state.messages),
      isFailing: outbox.isFailing(),
      isStorageBlocked: store.isBlocked(),
      isKnown: !!visitor,
      rating: rated?.id === currentId() ? (rated ?? null) : null,
    });
  };

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
      reached();
    } catch (error) {
      failed(error, id);
    }
    isCatchingUp = false;
  };

  const reached = () => {
    // What waits to be sent need not wait for its own next attempt.
    if (state.isCutOff) outbox.retryNow();
    set({ isCutOff: false });
  };

  const failed = (error: unknown, id: string) => {
    const { status, retryAfterMs } = error instanceof ApiError ? error : new ApiError(0);
    if (status === 404 && id === currentId()) lose();
    else {
      set({ isCutOff: true });
      pollIn(Math.max(pollMs, retryAfterMs));
    }
  };

  /** Looks at a conversation as it is by now, and reads on if it is the one shown. */
  const look = (conversation: VisitorConversationView) => {
    if (conversation.id !== currentId()) return;
    set({ conversation: newerView(state.conversation, conversation) });
    if (conversation.lastSequence > lastWithoutGap(state.messages)) void catchUp();
  };

  const loadConversations = async () => {
    const heard = viewsHeard;
    const { items } = await account.authed((token) => api.conversations(token));
    set({ conversations: items });
    // What the socket has told meanwhile may be newer than the list, which was read before it arrived.
    if (heard === viewsHeard) items.forEach(look);
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
      set({ isLoading: false, hasOlder: stretch.hasMore });
      reached();
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

  /** Few send files: what it takes comes with the first. */
  const upload = async (entry: OutboxEntry, conversationId: string): Promise<OutboxEntry> => {
    if (!entry.files?.some(({ uploaded }) => !uploaded)) return entry;
    const { uploadFiles } = await import('./upload.ts').catch(() => {
      throw new ApiError(0);
    });
    return uploadFiles(entry, {
      outbox,
      bytes: (id) => options.files.get(id),
      send: (file, watch) => account.authed((token) => api.upload(token, conversationId, file, watch)),
      progressed: (id, share) => set({ uploads: { ...state.uploads, [id]: share } }),
      goesOn(abort) {
        uploading = abort && { entryId: entry.id, abort };
      },
      missing() {
        const isShown = conversationId === currentId();
        if (isShown) void catchUp();
        return isShown;
      },
    });
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
    events: {
      'message:created'({ message, conversation }) {
        if (conversation.id !== currentId()) return;
        if (message.role !== 'user') set({ typing: null });
        take([message], conversation);
      },
      'conversation:updated'({ conversation }) {
        viewsHeard++;
        outbox.retryNow();
        look(conversation);
      },
      'answer:progress'(step) {
        if (step.conversationId === currentId()) draft.step(step);
      },
      typing({ conversationId, side, name, typing }) {
        if (side !== 'agent' || conversationId !== currentId()) return;
        clearTimeout(typingTimer);
        set({ typing: typing ? { name } : null });
        if (typing) typingTimer = setTimeout(() => set({ typing: null }), typingLapsesMs);
      },
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

  /** Spread, so that many browsers that lost their sockets at once do not come back at once. */
  const pollIn = (ms: number) => {
    clearTimeout(pollTimer);
    if (!isStopped) pollTimer = setTimeout(poll, (options.isSeen() ? ms : pollUnseenMs) * (1 + Math.random() / 4));
  };

  const poll = async () => {
    pollIn(pollMs);
    if (options.isSeen()) void freshenFiles();
    const id = currentId();
    if (live.isUp() || !id) return;
    // The socket's code may not have come yet.
    live.follow(id);
    if (state.isLoading) return loadThread();
    try {
      // The list tells of the thread too, unless it is gone or one of many.
      if (!(await loadConversations()).some((item) => item.id === id)) void catchUp();
      reached();
    } catch (error) {
      failed(error, id);
    }
  };

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
      void poll();
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
      clearTimeout(pollTimer);
      clearTimeout(typingTimer);
      draft.end();
      account.stop();
      outbox.stop();
      uploading?.abort.abort();
      live.stop();
    },
  };

  pollIn(pollMs);
  if (kept().conversation) void loadThread();
  else if (options.identityToken) adoptNewest().catch(() => {});
  return chat;
}
