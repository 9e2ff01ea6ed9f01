/**
 * The passages that an answer cites, numbered anew in the order in which its text cites them. `numberOf` answers the new
 * number of a passage, undefined for one that is not cited.
 */
export function renumber(
  text: string,
  citations: readonly number[],
): { text: string; numberOf(passage: number): number | undefined; count: number } {
  const numbers = new Map<number, number>();
  const renumbered = text.replace(/\[(\d{1,3})\](?!\()/g, (mark, written: string) => {
    const passage = Number(written);
    if (!citations.includes(passage)) return mark;
    if (!numbers.has(passage)) numbers.set(passage, numbers.size + 1);
    return `[${numbers.get(passage)}]`;
  });
  for (const passage of citations) if (!numbers.has(passage)) numbers.set(passage, numbers.size + 1);
  return { text: renumbered, numberOf: (passage) => numbers.get(passage), count: numbers.size };
}
