import { render } from 'preact';
import type { WidgetConfigView } from '../../../shared/contracts/visitor.ts';
import { pickLanguage } from '../language.ts';
import type { PageFacts } from '../wire.ts';
import { createApi } from './chat/api.ts';
import { backoffMs } from './chat/backoff.ts';
import { createChat } from './chat/chat.ts';
import { createFileShelf } from './chat/files.ts';
import type { Chat } from './chat/state.ts';
import { createStore } from './chat/store.ts';
import { subjectOf } from './chat/subject.ts';
import { unreadMessages } from './chat/thread.ts';
import type { OutboxEntry } from './chat/types.ts';
import type { PageLink } from './connect.ts';
import { applyLook } from './look.ts';
import { chime } from './sound.ts';
import english from './texts/en.ts';
import { loadTexts } from './texts/load.ts';
import { App } from './ui/App.tsx';
import { Later } from './ui/Later.tsx';
import { type Shell, ShellContext } from './ui/shell.ts';

/** Shown to those only who have closed a chat that goes on. */
const loadPeek = async () => (await import('./ui/Peek.tsx')).Peek;
/**
 * What the server takes as a context: an object, of bounded length, without control characters and broken Unicode. Any other is left
 * out, so that no message is refused for it.
 */
const goodContext = /^{(?!.*\\u[0d]).{0,3999}$/s;

/** Runs the chat in the page's frame until the page goes away. */
export async function runFrame(publicKey: string, link: PageLink): Promise<void> {
  const { hello, tell } = link;
  const root = document.getElementById('app') as HTMLElement;
  const api = createApi(publicKey);
  const files = createFileShelf();
  // Not the loader's own key: on a page of our origin both share one storage.
  const prefix = `confab-chat:${publicKey}`;
  let page = hello.page;
  let texts = english;
  let language = pickLanguage('en');
  let unread = 0;
  let peek = 0;
  let dismissed = 0;
  let told = '';

  const config = hello.config ?? (await readConfig());
  if (!hello.config) tell(['config', config]);

  /** The settings, however long it takes. */
  async function readConfig(): Promise<WidgetConfigView> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await api.config();
      } catch {
        await new Promise((resolve) => setTimeout(resolve, backoffMs(attempt)));
      }
    }
  }

  const setOpen = (open: boolean) => tell(['open', open]);
  const isInView = () => page.open && document.visibilityState === 'visible';

  const createStoreFor = (subject: string | null) =>
    createStore(subject ? `${prefix}:sub:${subject}` : prefix, () => localStorage);

  const createChatFor = (identityToken: string | undefined): Chat => {
    const subject = identityToken ? subjectOf(identityToken) : null;
    const refuse = (reason: string) => tell(['event', ['identityRefused', { reason }]]);
    if (identityToken && !subject) refuse('The identity token cannot be read.');
    const store = createStoreFor(subject);
    const since = Date.now();
    const made = createChat({
      api,
      store,
      files,
      identityRefused(reason) {
        if (made !== chat) return;
        refuse(reason);
        // What was written in the meantime is the anonymous visitor's; what waited from before is not.
        const written = made.state().waiting.filter((entry) => entry.at >= since);
        becomes(undefined);
        for (const entry of written) store.remove(entry.id);
        void sendAgain(written);
      },
      identityToken: subject ? identityToken : undefined,
      startFacts: () => ({
        locale: language,
        ...(page.url && { pageUrl: page.url.slice(0, 2000) }),
        ...(goodContext.test(page.context as string) && { context: JSON.parse(page.context as string) }),
      }),
      openSocket: async (options) => (await import('./socket/socket.ts')).connectSocket(options),
      isSeen: isInView,
      arrived({ role, content, conversationId }) {
        if (!made.state().isMuted && !isInView()) chime();
        tell(['event', ['message', { role, content, conversationId }]]);
      },
      stored({ role, content, conversationId }) {
        tell(['event', ['message', { role, content, conversationId }]]);
      },
    });
    made.subscribe(draw);
    return made;
  };

  const sendAgain = async (entries: readonly OutboxEntry[]) => {
    for (const { content, person, files: named = [] } of entries) {
      const read = await Promise.all(
        named.map(async ({ id, name }) => {
          const bytes = await files.get(id);
          files.drop(id);
          return bytes ? [new File([bytes], name)] : [];
        }),
      );
      chat.send(content, { files: read.flat(), person: !!person });
    }
  };

  const draw = () => {
    const state = chat.state();
    const news = unreadMessages(state.messages, state.conversation?.visitorReadSequence ?? 0);
    const newest = news.at(-1);
    const isPeeking = !page.open && !!newest && newest.sequence > dismissed;
    const shell: Shell = {
      config,
      texts,
      language,
      chat,
      isOpen: page.open,
      isInline: hello.inline,
      takesFocus: !hello.inline,
      setOpen,
      forget,
    };
    if (news.length !== unread) {
      unread = news.length;
      tell(['event', ['unread', { count: unread }]]);
    }
    if (!isPeeking) peek = 0;
    tellView();
    render(
      <>
        <App key={chat} {...shell} />
        {isPeeking && (
          <ShellContext.Provider value={shell}>
            <Later
              load={loadPeek}
              markdown={newest.content}
              onHeight={(px) => {
                peek = px;
                tellView();
              }}
              onDismiss={() => {
                dismissed = newest.sequence;
                draw();
              }}
            />
          </ShellContext.Provider>
        )}
      </>,
      root,
    );
    const goesOn = state.waiting.length || (state.conversation && state.conversation.status !== 'closed');
    const kept = !state.isKnown || state.isStorageBlocked ? '' : goesOn ? 'listen' : 'quiet';
    if (kept !== told) {
      told = kept;
      tell(['kept', kept]);
    }
  };

  const tellView = () => tell(['view', { ready: true, count: unread, peek }]);

  const speak = async () => {
    const wished = config.language === 'auto' ? pickLanguage(page.lang, ...navigator.languages) : config.language;
    if (wished === language) return;
    language = wished;
    texts = await loadTexts(wished);
    applyLook(config, language);
  };

  const becomes = (identityToken: string | undefined) => {
    chat.stop();
    chat = createChatFor(identityToken);
    dismissed = 0;
    draw();
  };

  /** Nothing is kept of anybody in this browser, and whoever writes next is somebody new. */
  const forget = () => {
    chat.stop();
    for (const subject of [null, page.identityToken ? subjectOf(page.identityToken) : null]) {
      const store = createStoreFor(subject);
      for (const entry of store.entries()) for (const file of entry.files ?? []) files.drop(file.id);
      store.clear();
    }
    page = { ...page, identityToken: undefined };
    becomes(undefined);
  };

  const follow = async (next: PageFacts) => {
    const before = page;
    page = next;
    if (next.identityToken && next.identityToken !== before.identityToken) becomes(next.identityToken);
    await speak();
    if (next.open) chat.wakeUp();
    draw();
  };

  let chat = createChatFor(page.identityToken);
  applyLook(config, language);
  await speak();
  draw();
  link.listen((message) => {
    if (message.do === 'page') void follow(message.page);
    else if (message.do === 'send') {
      if (message.text.trim()) chat.send(message.text.trim());
    } else {
      forget();
      tell(['event', ['logout', undefined]]);
    }
  });
  addEventListener('storage', ({ key }) => chat.storageChanged(key));
  addEventListener('online', () => chat.wakeUp());
  document.addEventListener('visibilitychange', () => isInView() && chat.wakeUp());
}
