import { useState } from 'react';
import { readStored, writeStored } from '../../lib/stored.ts';

/** A text that is kept in this browser until it is emptied. */
export function useDraft(name: string): readonly [string, (text: string) => void] {
  const [text, setText] = useState(() => readStored<string>(name) ?? '');
  const change = (next: string) => {
    setText(next);
    writeStored(name, next === '' ? null : next);
  };
  return [text, change];
}
