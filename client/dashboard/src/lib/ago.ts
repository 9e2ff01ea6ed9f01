import { useEffect, useState } from 'react';
import { nearTime } from './dates.ts';

const minuteMs = 60_000;

/** A past instant as a person says it: `just now`, `3 min ago`, `2 h ago`, then `yesterday at 14:02`. */
export function agoOf(iso: string, now = new Date()): string {
  const minutes = Math.floor((now.getTime() - new Date(iso).getTime()) / minuteMs);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 12 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return nearTime(iso, now);
}

/** {@link agoOf}, kept current while it is shown. */
export function useAgo(iso: string): string {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), minuteMs / 4);
    return () => clearInterval(timer);
  }, []);
  return agoOf(iso);
}
