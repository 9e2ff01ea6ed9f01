import type { Said } from './actors.ts';
import type { Shown } from './thread-view.ts';

/** One thread after everything: what either side said, what the database holds, what each side saw. */
export interface ThreadOutcome {
  saidByVisitor: Said[];
  saidByAgent: Said[];
  stored: { sequence: number; content: string }[];
  shownToVisitor: readonly Shown[];
  shownToAgent: readonly Shown[];
}

export interface DeliveryReport {
  sent: number;
  acknowledged: number;
  stored: number;
  shownToVisitor: number;
  shownToAgent: number;
  /** Messages that were said and are missing: in the database, under their number, or on either side's screen. */
  lost: number;
  /** Messages that are there more than once: in the database or on either side's screen. */
  doubled: number;
  /** Neighbours in the wrong order: numbers that do not ascend by one, or a side's words in another order than said. */
  outOfOrder: number;
}

/** Looks at every thread from all sides. */
export function reportDelivery(threads: readonly ThreadOutcome[]): DeliveryReport {
  const report: DeliveryReport = {
    sent: 0,
    acknowledged: 0,
    stored: 0,
    shownToVisitor: 0,
    shownToAgent: 0,
    lost: 0,
    doubled: 0,
    outOfOrder: 0,
  };
  for (const { saidByVisitor, saidByAgent, stored, shownToVisitor, shownToAgent } of threads) {
    const said = [...saidByVisitor, ...saidByAgent];
    report.sent += said.length;
    report.acknowledged += said.filter(({ acknowledged }) => acknowledged !== undefined).length;
    report.stored += stored.length;
    report.shownToVisitor += shownToVisitor.length;
    report.shownToAgent += shownToAgent.length;
    for (const seen of [stored, shownToVisitor, shownToAgent]) {
      const contents = seen.map(({ content }) => content);
      const numbers = new Map(seen.map(({ sequence, content }) => [content, sequence]));
      report.lost += said.filter(
        ({ content, acknowledged }) => acknowledged === undefined || numbers.get(content) !== acknowledged,
      ).length;
      report.doubled += contents.length - numbers.size;
      report.outOfOrder += seen.filter(({ sequence }, at) => sequence !== at + 1).length;
      for (const side of [saidByVisitor, saidByAgent]) report.outOfOrder += inversions(side, contents);
    }
  }
  return report;
}

/** How often something was seen before what had been said before it. */
function inversions(said: readonly Said[], seen: readonly string[]): number {
  const turns = new Map(said.map(({ content }, turn) => [content, turn]));
  let last = -1;
  let count = 0;
  for (const content of seen) {
    const turn = turns.get(content);
    if (turn === undefined) continue;
    if (turn < last) count += 1;
    last = turn;
  }
  return count;
}

export function isFlawless({ sent, acknowledged, stored, lost, doubled, outOfOrder }: DeliveryReport): boolean {
  return lost + doubled + outOfOrder === 0 && acknowledged === sent && stored === sent;
}
