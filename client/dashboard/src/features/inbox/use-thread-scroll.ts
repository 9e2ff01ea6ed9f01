import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

interface Parts {
  firstKey: string | undefined;
  lastKey: string | undefined;
  /** Whether the last entry was written here, and is therefore wanted in sight. */
  lastIsOwn: boolean;
  /** Whether the end is where news arrive; the end of a stretch of the past is not stayed at. */
  isLive: boolean;
  onNearTop: () => void;
}

export interface ThreadScroll {
  frame: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  onScroll: () => void;
  isAtBottom: boolean;
  /** Whether something arrived below while the reader was further up. */
  hasNew: boolean;
  toBottom: () => void;
}

const nearBottomPx = 64;
const nearTopPx = 400;

/**
 * Keeps a thread where its reader is: at the bottom when they are there, and at the same message when older ones are
 * put above. Works on two elements: a scrolling frame and its content.
 */
export function useThreadScroll({ firstKey, lastKey, lastIsOwn, isLive, onNearTop }: Parts): ThreadScroll {
  const frame = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const atBottom = useRef(true);
  const [isAtBottom, setIsAtBottom] = useState(true);
  const [hasNew, setHasNew] = useState(false);
  const before = useRef({ firstKey, lastKey, height: 0 });
  const nearTop = useRef(onNearTop);
  nearTop.current = onNearTop;
  const live = useRef(isLive);
  live.current = isLive;

  const toBottom = useCallback(() => {
    const element = frame.current;
    if (element) element.scrollTop = element.scrollHeight;
    atBottom.current = true;
    setIsAtBottom(true);
    setHasNew(false);
  }, []);

  const onScroll = useCallback(() => {
    const element = frame.current;
    if (!element) return;
    atBottom.current = live.current && element.scrollHeight - element.scrollTop - element.clientHeight < nearBottomPx;
    setIsAtBottom(atBottom.current);
    if (atBottom.current) setHasNew(false);
    if (element.scrollTop < nearTopPx) nearTop.current();
  }, []);

  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const last = before.current;
    if (!live.current) {
      atBottom.current = false;
      setIsAtBottom(false);
    }
    const height = element.scrollHeight;
    if (last.height === 0) element.scrollTop = height;
    else if (firstKey !== last.firstKey && lastKey === last.lastKey) element.scrollTop += height - last.height;
    else if (lastKey !== last.lastKey && (atBottom.current || lastIsOwn)) toBottom();
    else if (lastKey !== last.lastKey) setHasNew(live.current);
    before.current = { firstKey, lastKey, height: element.scrollHeight };
    // A page that does not fill the frame would never be scrolled.
    if (element.scrollTop < nearTopPx) nearTop.current();
  }, [firstKey, lastKey, lastIsOwn, toBottom]);

  // The frame shrinks when the reply grows or a keyboard opens; the content grows when fonts or images arrive.
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      const element = frame.current;
      if (!element) return;
      if (atBottom.current) element.scrollTop = element.scrollHeight;
      before.current.height = element.scrollHeight;
    });
    if (frame.current) observer.observe(frame.current);
    if (content.current) observer.observe(content.current);
    return () => observer.disconnect();
  }, []);

  return { frame, content, onScroll, isAtBottom, hasNew, toBottom };
}
