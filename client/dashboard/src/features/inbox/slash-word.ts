import type { CannedReplyView } from '../../../../../shared/contracts/inbox.ts';

/** A `/word` being typed: where it begins and what follows the slash. */
export interface SlashWord {
  start: number;
  word: string;
}

/** The `/word` that ends at the caret, at the beginning of the text or after white space; null when there is none. */
export function slashWordAt(text: string, caret: number): SlashWord | null {
  const found = /(?:^|\s)\/([\p{L}\p{N}\p{M}_-]*)$/u.exec(text.slice(0, caret));
  if (!found) return null;
  const word = found[1]!;
  return { start: caret - word.length - 1, word };
}

const shownMax = 8;

/** The replies a word may mean, those whose shortcut begins with it first. */
export function repliesFor(replies: readonly CannedReplyView[], word: string): CannedReplyView[] {
  const typed = word.normalize('NFKC').toLowerCase();
  const rank = ({ shortcut, title }: CannedReplyView) => {
    if (shortcut.startsWith(typed)) return 0;
    if (shortcut.includes(typed)) return 1;
    return title.toLowerCase().includes(typed) ? 2 : 3;
  };
  return replies
    .map((reply) => ({ reply, rank: rank(reply) }))
    .filter((one) => one.rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, shownMax)
    .map((one) => one.reply);
}

/** The text with the `/word` replaced, and where the caret goes. */
export function insertReply(text: string, slash: SlashWord, content: string): { text: string; caret: number } {
  const before = text.slice(0, slash.start);
  const after = text.slice(slash.start + 1 + slash.word.length);
  return { text: before + content + after, caret: before.length + content.length };
}
