import { type RefObject, useEffect, useRef } from 'react';

/** Brings an element into sight when it appears, and whenever `change` does; for what opens below the fold. */
export function useInSight<T extends HTMLElement>(change?: unknown): RefObject<T | null> {
  const element = useRef<T>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the change is what brings it back into sight
  useEffect(() => {
    element.current?.scrollIntoView({ block: 'nearest' });
  }, [change]);
  return element;
}
