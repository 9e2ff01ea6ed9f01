import { expect, test } from 'vitest';
import { contrast, parseHex, type Rgb, readableOn, textOn } from './colour.ts';

const parseRgb = (text: string) => (text.match(/\d+/g) ?? []).map(Number) as unknown as Rgb;
const steps = ['00', '33', '66', '80', '99', 'cc', 'ff'];
const colours = steps.flatMap((r) => steps.flatMap((g) => steps.map((b) => `#${r}${g}${b}`)));

test('contrast is the ratio of WCAG', () => {
  expect(contrast([255, 255, 255], [0, 0, 0])).toBeCloseTo(21, 5);
  expect(contrast([255, 255, 255], [255, 255, 255])).toBe(1);
  expect(contrast([119, 119, 119], [255, 255, 255])).toBeCloseTo(4.48, 2);
  expect(contrast(parseHex('#4f46e5'), [255, 255, 255])).toBeCloseTo(6.29, 1);
});

test('text on any colour is readable', () => {
  for (const colour of colours) {
    const text: Rgb = textOn(colour) === '#fff' ? [255, 255, 255] : [0, 0, 0];
    expect(contrast(parseHex(colour), text), colour).toBeGreaterThanOrEqual(4.5);
  }
});

test.each(['#ffffff', '#f4f4f5', '#18181b', '#27272a'])('any colour becomes readable on %s', (surface) => {
  for (const colour of colours) {
    const shown = parseRgb(readableOn(colour, surface, 4.5));
    expect(contrast(shown, parseHex(surface)), colour).toBeGreaterThanOrEqual(4.5);
  }
});

test('a colour that is readable as it is stays as it is', () => {
  expect(readableOn('#4f46e5', '#ffffff', 4.5)).toBe('rgb(79,70,229)');
});
