/** How a number format wants its numbers read. */
export type NumberMeaning = 'number' | 'percent' | 'date' | 'time' | 'datetime';

const builtInMeanings: Record<number, NumberMeaning> = {
  9: 'percent',
  10: 'percent',
  14: 'date',
  15: 'date',
  16: 'date',
  17: 'date',
  18: 'time',
  19: 'time',
  20: 'time',
  21: 'time',
  22: 'datetime',
  45: 'time',
  46: 'time',
  47: 'time',
};
for (let id = 27; id <= 36; id += 1) builtInMeanings[id] = 'date';
for (let id = 50; id <= 58; id += 1) builtInMeanings[id] = 'date';

/** What a number format of a workbook means, by its number and, for its own ones, its code. */
export function meaningOf(id: number, code: string | undefined): NumberMeaning {
  if (code === undefined) return builtInMeanings[id] ?? 'number';
  const bare = code
    .replace(/"[^"]*"|\\.|_.|\*./g, '')
    .replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '')
    .split(';')[0]!
    .toLowerCase();
  if (/general/.test(bare)) return 'number';
  const hasTime = /[hs]/.test(bare);
  const hasDate = /[yd]/.test(bare) || (/m/.test(bare) && !hasTime);
  if (hasDate && hasTime) return 'datetime';
  if (hasDate) return 'date';
  if (hasTime) return 'time';
  return bare.includes('%') ? 'percent' : 'number';
}

const dayMs = 86_400_000;

/** A stored number as a reader sees it: dates as `2026-11-21`, times as `09:30`, shares as `25%`. */
export function showNumber(raw: string, meaning: NumberMeaning, is1904: boolean): string {
  const value = Number(raw);
  if (raw === '' || !Number.isFinite(value)) return raw;
  if (meaning === 'percent') return `${round(value * 100)}%`;
  if (meaning === 'number' || value < 0 || value > 2_958_466) return round(value);
  if (meaning === 'time' && value < 1) return clock(value);
  if (meaning === 'time') return `${Math.floor(value * 24)}${clock(value).slice(2)}`;
  // Excel believes in 29 February 1900; days before it are one off.
  const days = is1904 ? value + 1_462 : value < 60 ? value + 1 : value;
  const at = new Date(Math.round((days - 25_569) * 86_400) * 1_000);
  const date = at.toISOString().slice(0, 10);
  const hasClock = at.getTime() % dayMs !== 0;
  return meaning === 'datetime' && hasClock ? `${date} ${clock(days)}` : date;
}

function clock(days: number): string {
  const seconds = Math.round((days - Math.floor(days)) * 86_400) % 86_400;
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts.map((part) => String(part).padStart(2, '0'));
  return shown[2] === '00' ? shown.slice(0, 2).join(':') : shown.join(':');
}

/** Without what binary fractions add: fifteen digits are what a sheet shows at most. */
function round(value: number): string {
  const rounded = Number(value.toPrecision(15));
  return Math.abs(rounded) >= 1e21 ? rounded.toString() : decimal(rounded);
}

function decimal(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(15).replace(/0+$/, '').replace(/\.$/, '') : text;
}

/** The column of a reference, from 0: `B7` is 1. */
export function columnOf(reference: string): number {
  let column = 0;
  for (const char of reference) {
    const code = char.charCodeAt(0);
    if (code < 65 || code > 90) break;
    column = column * 26 + code - 64;
  }
  return column - 1;
}
