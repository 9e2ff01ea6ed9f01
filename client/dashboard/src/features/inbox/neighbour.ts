/**
 * The entry one step away from the open one. When the open one has left the list, as after closing it, the step starts
 * from where it was (`lastIndex`), so that `next` is the one that took its place. Undefined at the ends.
 */
export function neighbour<T extends { id: string }>(
  list: readonly T[],
  openId: string | undefined,
  lastIndex: number,
  step: 1 | -1,
): T | undefined {
  const index = list.findIndex((entry) => entry.id === openId);
  if (index >= 0) return list[index + step];
  if (lastIndex < 0) return step === 1 ? list[0] : undefined;
  return list[step === 1 ? Math.min(lastIndex, list.length - 1) : lastIndex - 1];
}
