/** Millionths in one unit of money. */
const microsPerUnit = 1_000_000;

const money = new Intl.NumberFormat('en', { maximumFractionDigits: 6, useGrouping: false });
const shortMoney = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const smallMoney = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });
const whole = new Intl.NumberFormat('en');

/** Money as it is entered: `0.15` for 150000. */
export const moneyInput = (micros: number): string => money.format(micros / microsPerUnit);

/** Entered money in millionths, with a point or a comma; null when it is no amount, or less than nothing. */
export function readMoney(text: string): number | null {
  const plain = text.trim().replace(',', '.');
  if (!/^(\d+(\.\d*)?|\.\d+)$/.test(plain)) return null;
  const micros = Math.round(Number(plain) * microsPerUnit);
  return Number.isSafeInteger(micros) ? micros : null;
}

/** Money to read: `12.30`, and `0.00042` where two digits would say nothing. */
export function moneyText(micros: number): string {
  const units = micros / microsPerUnit;
  return units !== 0 && units < 0.01 ? smallMoney.format(units) : shortMoney.format(units);
}

/** `850 ms`, `2.4 s`, `1 min 5 s`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A share from 0 to 1 as `62 %`. */
export const percentText = (share: number): string => `${Math.round(share * 100)} %`;

export const countText = (count: number): string => whole.format(count);
