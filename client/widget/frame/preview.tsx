import { render } from 'preact';
import type { VisitorMessageView, WidgetConfigView } from '../../../shared/contracts/visitor.ts';
import { pickLanguage } from '../language.ts';
import { buildStage, type Stage } from '../loader/stage.ts';
import { type Chat, type ChatState, emptyThread } from './chat/state.ts';
import { applyLook } from './look.ts';
import { loadTexts } from './texts/load.ts';
import { App } from './ui/App.tsx';

const readyType = 'confab:preview-ready';
const configType = 'confab:preview';

/** A chat in which everything stays on the screen: nothing is sent and nothing is kept. */
function createPreviewChat(): Chat {
  const listeners = new Set<() => void>();
  let state: ChatState = {
    ...emptyThread,
    view: 'thread',
    isFailing: false,
    isCutOff: false,
    isStorageBlocked: false,
    isMuted: false,
    conversations: [],
    isKnown: false,
  };
  const set = (change: Partial<ChatState>) => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };
  const nothing = () => {};
  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send(content) {
      if (!content) return;
      const sequence = state.messages.length + 1;
      const message: VisitorMessageView = {
        id: `${sequence}`,
        conversationId: '',
        sequence,
        role: 'user',
        content,
        clientMessageId: null,
        authorName: null,
        attachments: [],
        createdAt: new Date().toISOString(),
      };
      set({ messages: [...state.messages, message] });
    },
    startAnew: () => set({ ...emptyThread, view: 'thread' }),
    showList: () => set({ view: 'conversations' }),
    authed: async () => Promise.reject(new Error('There is no visitor.')),
    show: (view) => set({ view }),
    toggleMuted: () => set({ isMuted: !state.isMuted }),
    loadOlder: async () => {},
    rate: async (rating) => set({ rating }),
    rateAnswer: async () => {},
    typing: nothing,
    openConversation: nothing,
    discard: nothing,
    wakeUp: nothing,
    storageChanged: nothing,
    stop: nothing,
  };
}

/**
 * The widget beside the settings form: launcher and panel as a page gets them, drawn anew for each configuration that
 * the embedding screen, on our own origin, sends.
 */
export function runPreview(): void {
  const app = document.getElementById('app') as HTMLElement;
  const chat = createPreviewChat();
  let stage: Stage | undefined;
  let isOpen = true;
  let config: WidgetConfigView | undefined;
  let turn = 0;

  const draw = async () => {
    const shown = config;
    if (!shown) return;
    const mine = ++turn;
    const language = shown.language === 'auto' ? pickLanguage(...navigator.languages) : shown.language;
    const texts = await loadTexts(language);
    if (mine !== turn) return;
    if (!stage) {
      stage = buildStage(false, () => setOpen(!isOpen));
      stage.panel.append(document.createElement('slot'));
      stage.host.append(app);
      document.body.append(stage.host);
    }
    stage.dress(shown, 0);
    stage.draw({ open: isOpen, isFull: false, ready: true, hidden: false, count: 0, peek: 0 });
    applyLook(shown, language);
    const shell = {
      config: shown,
      texts,
      language,
      chat,
      isOpen,
      isInline: false,
      takesFocus: false,
      setOpen,
      forget() {},
    };
    render(<App key={JSON.stringify(shown.preChat)} {...shell} />, app);
  };

  const setOpen = (open: boolean) => {
    isOpen = open;
    void draw();
  };

  addEventListener('message', ({ origin, source, data }: MessageEvent) => {
    if (origin !== location.origin || source !== window.parent || data?.type !== configType) return;
    config = data.config;
    void draw();
  });
  window.parent.postMessage({ type: readyType }, location.origin);
}
