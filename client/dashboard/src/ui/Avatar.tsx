import { cx } from './cx.ts';

const hues = [
  'bg-[#4f46e5]',
  'bg-[#0f766e]',
  'bg-[#b4235a]',
  'bg-[#9a5b00]',
  'bg-[#1d62c9]',
  'bg-[#7c3aad]',
  'bg-[#3f6d12]',
  'bg-[#a83c1b]',
];

/** One or two letters of a name. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = [...(words[0] ?? '')][0] ?? '?';
  const last = words.length > 1 ? ([...(words.at(-1) ?? '')][0] ?? '') : '';
  return (first + last).toUpperCase();
}

/** A coloured square with initials; the same `seed` has the same colour. Decoration: the name is beside it. */
export function Avatar({
  name,
  seed = name,
  size = 'medium',
}: {
  name: string;
  seed?: string;
  size?: 'small' | 'medium' | 'large';
}) {
  let hash = 0;
  for (const char of seed) hash = (hash * 31 + char.charCodeAt(0)) >>> 0;
  return (
    <span
      aria-hidden
      // Drawn by the style sheet: as text they would count as part of a button's visible name.
      data-initials={initialsOf(name)}
      className={cx(
        'before:content-[attr(data-initials)] inline-flex shrink-0 select-none items-center justify-center rounded-full font-semibold text-white',
        size === 'small' && 'size-6 text-[0.625rem]',
        size === 'medium' && 'size-8 text-xs',
        size === 'large' && 'size-11 text-sm',
        hues[hash % hues.length],
      )}
    />
  );
}
