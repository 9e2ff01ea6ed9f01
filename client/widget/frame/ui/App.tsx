import { useEffect, useState } from 'preact/hooks';
import { isOpenAt } from '../chat/hours.ts';
import type { SendExtras } from '../chat/types.ts';
import { Composer } from './Composer.tsx';
import { Header } from './Header.tsx';
import { Later } from './Later.tsx';
import { hasKeyboard, type Shell, ShellContext, useChatState } from './shell.ts';
import { Thread } from './Thread.tsx';

/** Most widgets ask nothing beforehand, and few visitors look back: their code comes when it is wanted. */
const loadPreChat = async () => (await import('./PreChat.tsx')).PreChat;
const views = {
  conversations: async () => (await import('./Conversations.tsx')).Conversations,
  data: async () => (await import('./YourData.tsx')).YourData,
};

/** The whole panel. */
export function App(shell: Shell) {
  const { config, texts, chat, isInline, setOpen } = shell;
  const state = useChatState(chat);
  const [answers, setAnswers] = useState<Record<string, string>>();
  const isUntouched = !state.messages.length && !state.waiting.length && !state.isLoading;
  const { enabled, fields } = config.preChat;
  const asksFirst = enabled && fields.length > 0 && isUntouched && !state.isKnown && !answers;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.isComposing) setOpen(false);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [setOpen]);
  const send = (text: string, extras?: SendExtras) => chat.send(text, { preChat: answers, ...extras });
  const { conversation } = state;
  const isCalled = !!conversation?.handoff || state.waiting.some(({ person }) => person);
  const canCall = !asksFirst && !isCalled && !state.isLoading;
  const isAnsweredByMachine = state.messages.at(-1)?.role === 'assistant' && conversation?.status !== 'closed';
  const ask = (question: string, extras?: SendExtras) => {
    send(question, extras);
    // The button that was pressed is gone.
    if (hasKeyboard()) document.querySelector<HTMLElement>('.composer textarea')?.focus();
  };

  const callPerson = () => ask(texts.person, { person: true });

  return (
    <ShellContext.Provider value={shell}>
      <div class="panel" inert={!shell.isOpen} {...{ role: isInline ? 'main' : 'dialog', 'aria-label': config.name }}>
        <Header state={state} {...(canCall && { onCall: callPerson })} />
        {state.view !== 'thread' ? (
          <Later load={views[state.view]} state={state} />
        ) : (
          <>
            <Thread state={state}>
              {asksFirst && <Later load={loadPreChat} onDone={setAnswers} />}
              {isUntouched && !asksFirst && config.suggestedQuestions.length > 0 && (
                <ul class="suggestions" aria-label={texts.suggestions}>
                  {config.suggestedQuestions.map((question) => (
                    <li key={question}>
                      <button type="button" dir="auto" onClick={() => ask(question)}>
                        {question}
                      </button>
                    </li>
                  ))}
                </ul>
              )}
              {canCall && isAnsweredByMachine && !state.waiting.length && (
                <div class="suggestions">
                  <button type="button" onClick={callPerson}>
                    {texts.person}
                  </button>
                </div>
              )}
            </Thread>
            {conversation?.handoff && (
              <p class="banner" role="status">
                {texts.called}{' '}
                {!isOpenAt(config.businessHours, new Date()) && (
                  <bdi>{config.businessHours.awayText || texts.away}</bdi>
                )}
              </p>
            )}
            {state.isCutOff && (
              <p class="banner" role="status">
                {texts.cutOff}
              </p>
            )}
            {!asksFirst && <Composer onSend={send} />}
          </>
        )}
      </div>
    </ShellContext.Provider>
  );
}
