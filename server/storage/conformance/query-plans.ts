import pg from 'pg';
import { expect } from 'vitest';
import { recordStatements } from '../../testing/record-statements.ts';

/** How Postgres runs a statement: the types of its plan's nodes, and how many pages it reads. */
export interface Plan {
  nodes: string[];
  buffers: number;
}

interface PlanNode {
  'Node Type': string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: PlanNode[];
}

/** What a page of a list may read. */
export const BUFFERS_MAX = 60;

/** How Postgres runs the one statement that `work` sends, as `planner`, a connection to the same database, has it. */
export async function planOf(planner: pg.Client, work: () => Promise<unknown>): Promise<Plan> {
  const recording = recordStatements();
  await work().finally(recording.stop);
  const { text, values } = recording.statements.find((statement) =>
    /^\s*(select|with) .* from /is.test(statement.text),
  )!;
  await planner.query(`prepare recorded as ${text}`);
  const given = values.map(literal).join(', ');
  const { rows } = await planner.query(
    `explain (analyze, buffers, format json) execute recorded${given === '' ? '' : `(${given})`}`,
  );
  await planner.query('deallocate recorded');
  const plan: PlanNode = rows[0]['QUERY PLAN'][0].Plan;
  return { nodes: nodeTypes(plan), buffers: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'] };
}

export function expectCheap(plan: Plan, buffersMax = BUFFERS_MAX): void {
  expect(plan.nodes.filter((node) => /sort|seq scan|bitmap/i.test(node))).toEqual([]);
  expect(plan.buffers).toBeLessThanOrEqual(buffersMax);
}

function literal(value: unknown): string {
  return pg.escapeLiteral(textOf(value));
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `{${value.map((member) => JSON.stringify(textOf(member))).join(',')}}`;
  return value instanceof Date ? value.toISOString() : String(value);
}

function nodeTypes(node: PlanNode): string[] {
  return [node['Node Type'], ...(node.Plans ?? []).flatMap(nodeTypes)];
}
