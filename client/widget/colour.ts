/** Red, green and blue, each 0 to 255. */
export type Rgb = readonly [number, number, number];

export const parseHex = (hex: string): Rgb => [1, 3, 5].map((at) => +`0x${hex.slice(at, at + 2)}`) as never;

const weights = [0.2126, 0.7152, 0.0722];

/** Relative luminance of WCAG 2, 0 to 1. */
export const luminance = (rgb: Rgb): number =>
  rgb.reduce(
    (sum, part, i) =>
      sum + (weights[i] as number) * (part > 10 ? ((part / 255 + 0.055) / 1.055) ** 2.4 : part / 3294.6),
    0,
  );

/** Contrast ratio of WCAG 2, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const white: Rgb = [255, 255, 255];
const black: Rgb = [0, 0, 0];

/** Black or white, whichever reads better on `hex`; the ratio is then at least 4.5 for every colour. */
export const textOn = (hex: string): '#fff' | '#000' => (luminance(parseHex(hex)) > 0.179 ? '#000' : '#fff');

/**
 * `hex` moved towards black or white, no further than needed, until it stands out from `surface` with at least `ratio`.
 * For links, icons and outlines in the owner's colour.
 */
export function readableOn(hex: string, surface: string, ratio: number): string {
  const own = parseHex(hex);
  const ground = parseHex(surface);
  const target = luminance(ground) > 0.18 ? black : white;
  for (let step = 0; step <= 20; step++) {
    const mixed = own.map((part, i) => Math.round(part + ((target[i] as number) - part) * (step / 20)));
    if (contrast(mixed as unknown as Rgb, ground) >= ratio) return `rgb(${mixed.join(',')})`;
  }
  return `rgb(${target.join(',')})`;
}
