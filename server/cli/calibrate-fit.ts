import type { Example, World } from './calibrate-worlds.ts';

/** A logistic model. */
export interface Fitted {
  weights: number[];
  bias: number;
}

export function logitOf({ weights, bias }: Fitted, { features }: Example): number {
  return weights.reduce((sum, weight, at) => sum + weight * features[at]!, bias);
}

const rounds = 12;
/** Keeps weights small that the examples do not settle; in examples. */
const restraint = 3;

/** Fits by Newton's method. Answerable and off-topic questions of each world count alike, whatever their numbers. */
export function fitModel(worlds: readonly World[]): Fitted {
  const examples = worlds.flatMap(({ answerable, offTopic, weight }) => [
    ...answerable.map(({ features }) => ({ features, label: 1, weight: (100 * weight) / answerable.length })),
    ...offTopic.map(({ features }) => ({ features, label: 0, weight: (100 * weight) / offTopic.length })),
  ]);
  const size = examples[0]!.features.length;
  const means = Array.from({ length: size }, (_, at) => mean(examples.map(({ features }) => features[at]!)));
  const spreads = means.map(
    (center, at) => Math.sqrt(mean(examples.map(({ features }) => (features[at]! - center) ** 2))) || 1,
  );
  const rows = examples.map(({ features, ...rest }) => ({
    ...rest,
    values: [...features.map((value, at) => (value - means[at]!) / spreads[at]!), 1],
  }));
  const solution = new Array<number>(size + 1).fill(0);
  for (let round = 0; round < rounds; round += 1) {
    const gradient = solution.map((value, at) => (at < size ? restraint * value : 0));
    const curvature = solution.map((_, at) => solution.map((__, to) => (at === to ? restraint : 0)));
    for (const { values, label, weight } of rows) {
      const logit = values.reduce((sum, value, at) => sum + value * solution[at]!, 0);
      const chance = 1 / (1 + Math.exp(-logit));
      for (let at = 0; at <= size; at += 1) {
        gradient[at]! += (chance - label) * weight * values[at]!;
        const bent = chance * (1 - chance) * weight * values[at]!;
        for (let to = 0; to <= size; to += 1) curvature[at]![to]! += bent * values[to]!;
      }
    }
    for (const [at, step] of solve(curvature, gradient).entries()) solution[at]! -= step;
  }
  const weights = spreads.map((spread, at) => solution[at]! / spread);
  return { weights, bias: solution[size]! - weights.reduce((sum, weight, at) => sum + weight * means[at]!, 0) };
}

/** The same model, moved so that at 0 the wanted share of answerable questions is kept, averaged over the worlds. */
export function shiftToThreshold(model: Fitted, worlds: readonly World[], kept: number): Fitted {
  const logits = worlds.map(({ answerable }) => answerable.map((example) => logitOf(model, example)));
  const keptAt = (threshold: number) =>
    mean(logits.map((ofWorld) => ofWorld.filter((logit) => logit >= threshold).length / ofWorld.length));
  let low = -20;
  let high = 20;
  while (high - low > 1e-4) {
    const middle = (low + high) / 2;
    if (keptAt(middle) >= kept) low = middle;
    else high = middle;
  }
  return { weights: model.weights, bias: model.bias - low };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Solves a system of linear equations by elimination. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, at) => [...row, right[at]!]);
  for (let at = 0; at < rows.length; at += 1) {
    let pivot = at;
    for (let row = at; row < rows.length; row += 1) {
      if (Math.abs(rows[row]![at]!) > Math.abs(rows[pivot]![at]!)) pivot = row;
    }
    [rows[at], rows[pivot]] = [rows[pivot]!, rows[at]!];
    for (let row = 0; row < rows.length; row += 1) {
      if (row === at) continue;
      const factor = rows[row]![at]! / rows[at]![at]!;
      for (let column = at; column <= rows.length; column += 1) {
        rows[row]![column]! -= factor * rows[at]![column]!;
      }
    }
  }
  return rows.map((row, at) => row[rows.length]! / row[at]!);
}
