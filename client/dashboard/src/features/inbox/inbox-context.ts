import { createContext, useContext, useEffect } from 'react';

/** What the open thread lets shortcuts do. */
export interface ThreadActions {
  toggleClosed: () => void;
  assignToMe: () => void;
  /** Null where a person does not have it, or no assistant could take it. */
  handBack: (() => void) | null;
  /** Shows why the assistant gave its last answer; null without one. */
  why: (() => void) | null;
  write: (mode: 'answer' | 'note') => void;
}

export interface InboxContextValue {
  /** The open thread registers its actions; null when it is gone. */
  register: (actions: ThreadActions | null) => void;
}

export const InboxContext = createContext<InboxContextValue>({ register: () => {} });

/** Lets the inbox's shortcuts act on the open thread. */
export function useThreadActions(actions: ThreadActions): void {
  const { register } = useContext(InboxContext);
  useEffect(() => {
    register(actions);
    return () => register(null);
  }, [register, actions]);
}
