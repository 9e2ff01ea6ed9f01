import { expect, it } from 'vitest';
import { durationText, moneyInput, moneyText, percentText, readMoney } from './figures.ts';

it('reads money with a point or a comma, to the millionth, and gives it back as it was', () => {
  expect(readMoney('0.15')).toBe(150_000);
  expect(readMoney(' 0,0375 ')).toBe(37_500);
  expect(readMoney('12')).toBe(12_000_000);
  expect(readMoney('.5')).toBe(500_000);
  for (const text of ['0', '0.15', '0.0375', '1250.5']) expect(moneyInput(readMoney(text)!)).toBe(text);
});

it('refuses what is no amount of money', () => {
  for (const text of ['', '.', '-1', '1.2.3', '1e3', 'ten', '1,000.50', '99999999999999']) {
    expect(readMoney(text)).toBeNull();
  }
});

it('shows small amounts with the digits that tell something', () => {
  expect(moneyText(12_300_000)).toBe('12.30');
  expect(moneyText(420)).toBe('0.00042');
  expect(moneyText(0)).toBe('0.00');
});

it('shows durations in the unit that fits', () => {
  expect([850, 2_400, 59_960, 65_000].map(durationText)).toEqual(['850 ms', '2.4 s', '1 min 0 s', '1 min 5 s']);
});

it('shows shares as whole percents', () => {
  expect(percentText(0.616)).toBe('62 %');
});
