import { createContext } from 'preact';
import { useContext, useEffect, useReducer } from 'preact/hooks';
import type { WidgetConfigView } from '../../../../shared/contracts/visitor.ts';
import type { Language } from '../../language.ts';
import type { Chat, ChatState } from '../chat/state.ts';
import type { Texts } from '../texts/en.ts';

/** What every part of the screen may need besides the state of the chat. */
export interface Shell {
  config: WidgetConfigView;
  texts: Texts;
  language: Language;
  chat: Chat;
  isOpen: boolean;
  /** In an element of the page instead of above it: there is nothing to close. */
  isInline: boolean;
  /** Opening puts the keyboard into the chat. */
  takesFocus: boolean;
  setOpen(open: boolean): void;
  /** Nothing is kept in this browser any more, and whoever writes next is somebody new. */
  forget(): void;
}

export const ShellContext = createContext<Shell>(null as unknown as Shell);
export const useShell = (): Shell => useContext(ShellContext);

/** On a touch screen a focused field calls up the keyboard, which hides what the visitor came to read. */
export const hasKeyboard = (): boolean => !matchMedia('(pointer:coarse)').matches;

/** The chat's state, drawn again at each change. */
export function useChatState(chat: Chat): ChatState {
  const [, redraw] = useReducer((count: number, _: null) => count + 1, 0);
  useEffect(() => chat.subscribe(() => redraw(null)), [chat]);
  return chat.state();
}
