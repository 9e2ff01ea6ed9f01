import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createJobHandlers } from '../../jobs/handlers.ts';
import { startJobRunner } from '../../jobs/runner.ts';
import { systemEnvironment } from '../../lib/clock-and-ids.ts';
import { projectPath } from '../../lib/paths.ts';
import { addClient, addWidget } from '../../storage/conformance/worlds.ts';
import { openDatabaseStorage } from '../../storage/database/database-storage.ts';
import { createOperatorWorld } from '../../testing/operator-world.ts';
import { createTestDatabase } from '../../testing/postgres.ts';

const read = (...path: string[]) => readFileSync(projectPath('docs', ...path), 'utf8');
const rules = read('alerts', 'confab.rules.yml');
const runbook = read('runbook.md');
const alarms = [...rules.matchAll(/^ {6}- alert: (\w+)$/gm)].map(([, name]) => name!);
const expressions = [...rules.matchAll(/^ {8}expr: '(.+)'$/gm)].map(([, text]) => text!);

interface Panel {
  id: number;
  title: string;
  type: string;
  datasource?: { uid: string };
  targets?: { expr: string; datasource?: { uid: string } }[];
}
const dashboard = JSON.parse(read('grafana', 'confab.json')) as {
  schemaVersion: number;
  uid: string;
  templating: { list: { name: string; type: string; definition?: string }[] };
  panels: Panel[];
};
const drawn = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

/** How a dashboard names the source that its viewer has chosen. */
const chosen = ['$', '{datasource}'].join('');

/** What a server prints: each name with the labels of its series, and the values of each label. */
let printed: Map<string, Map<string, Set<string>>>;

beforeAll(async () => {
  const database = await createTestDatabase();
  const storage = await openDatabaseStorage({ url: database.url, env: systemEnvironment });
  const replica = () => ({ state: 'up' as const, readsOnReplica: 1, readsOnPrimary: 1 });
  const world = await createOperatorWorld({ deps: { storage }, pool: storage.pool, replica });
  const { client } = await addClient(storage);
  const { publicKey } = await addWidget(client, { engine: 'knowledge', status: 'active' });
  const runner = startJobRunner(world.deps, createJobHandlers(world.deps));
  const send = async (path: string, body: unknown, token = '') => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const response = await fetch(`${world.origin}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as { token: string };
  };
  const { token } = await send(`/api/widget/${publicKey}/visitor`, {});
  const message = { content: 'How do I return a parcel that came broken?', clientMessageId: 'first' };
  await send('/api/visitor/conversations', { clientConversationId: 'one', message }, token);
  await runner.idle();
  await runner.stop();
  const { measures } = world.deps;
  // What is counted only where something is wrong, or sent elsewhere.
  measures!.fileOperation('put', 'failed');
  measures!.jobEnded('ingest', 'given-up', 1);
  measures!.questionSettled('llm', 'failed', 1);
  measures!.questionSettled('llm', 'fallback', 1);
  measures!.deliveryTried('delivered', 0.1, 0.1);
  printed = namesIn(await (await fetch(`${world.origin}/metrics`)).text());
  await world.close();
  await database.drop();
});

function namesIn(text: string): typeof printed {
  const found: typeof printed = new Map();
  for (const [, name] of text.matchAll(/^# TYPE (\S+) /gm)) found.set(name!, new Map());
  for (const [, name, labels = ''] of text.matchAll(/^(\w+)(?:\{(.*)\})? /gm)) {
    const labelled = found.get(metricOf(name!, found)) ?? new Map<string, Set<string>>();
    for (const [, label, value] of labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
      labelled.set(label!, (labelled.get(label!) ?? new Set()).add(value!));
    }
  }
  return found;
}

/** A histogram prints three series under names of its own. */
function metricOf(name: string, among: Map<string, unknown>): string {
  return among.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '');
}

const metricsIn = (text: string) => [...new Set(text.match(/\b(?:confab|nodejs|process)_[a-z0-9_]+/g) ?? [])];

/** Metrics that are not printed, and labels or values that they do not have. */
function unknownIn(text: string): string[] {
  const names = metricsIn(text).filter((name) => !printed.has(metricOf(name, printed)));
  const labels = [...text.matchAll(/\b(confab_[a-z0-9_]+)\{([^}]*)\}/g)].flatMap(([, name, matchers]) => {
    const known = printed.get(metricOf(name!, printed));
    return [...matchers!.matchAll(/(\w+)(=~?)"([^"]*)"/g)].flatMap(([whole, label, , values]) => {
      if (label === 'job' || label === 'instance') return [];
      const seen = known?.get(label!);
      if (!seen) return [`${name} ${whole}`];
      // What is wrong has a status that a server in a test does not answer with.
      return label === 'status' || values!.split('|').every((value) => seen.has(value)) ? [] : [`${name} ${whole}`];
    });
  });
  return [...names, ...labels];
}

describe('docs/alerts/confab.rules.yml', () => {
  test('asks for metrics, labels and values that a running server prints', () => {
    expect(expressions.length).toBe(alarms.length);
    expect(expressions.filter((text) => unknownIn(text).length > 0)).toEqual([]);
  });

  test('is YAML of the plainest kind, each alarm whole', () => {
    const forms = [
      /^#.*$/,
      /^groups:$/,
      /^ {2}- name: confab$/,
      /^ {4}rules:$/,
      /^ {6}- alert: Confab\w+$/,
      /^ {8}(expr|for): ('[^']+'|\d+m)$/,
      /^ {8}(labels|annotations):$/,
      /^ {10}severity: (page|ticket)$/,
      /^ {10}summary: '([^']|'')+'$/,
      /^ {10}runbook: docs\/runbook\.md#\w+$/,
    ];
    const lines = rules.trimEnd().split('\n');
    expect(lines.filter((line) => !forms.some((form) => form.test(line)))).toEqual([]);
    for (const key of ['expr', 'for', 'severity', 'summary', 'runbook']) {
      expect(lines.filter((line) => line.trim().startsWith(`${key}: `))).toHaveLength(alarms.length);
    }
  });
});

describe('docs/runbook.md', () => {
  const sections = [...runbook.matchAll(/^## (Confab\w+)\n([\s\S]*?)(?=^## |(?![\s\S]))/gm)];

  test('has a section for every alarm, and for no other, in their order', () => {
    expect(alarms.length).toBeGreaterThan(15);
    expect(sections.map(([, name]) => name)).toEqual(alarms);
    const links = [...rules.matchAll(/runbook: docs\/runbook\.md#(\w+)$/gm)].map(([, anchor]) => anchor);
    expect(links).toEqual(alarms.map((name) => name.toLowerCase()));
  });

  test('says of each what it means, what to look at, and what to do', () => {
    const silent = sections.filter(([, , text]) => !/\*\*Means\*\*.*\*\*Look at\*\*.*\*\*Do\*\*/s.test(text!));
    expect(silent.map(([, name]) => name)).toEqual([]);
  });

  test('names metrics that a running server prints', () => {
    expect(metricsIn(runbook).length).toBeGreaterThan(20);
    expect(unknownIn(runbook)).toEqual([]);
  });
});

describe('docs/grafana/confab.json', () => {
  test('draws metrics, labels and values that a running server prints', () => {
    expect(drawn.length).toBeGreaterThan(25);
    expect(drawn.filter((expression) => unknownIn(expression).length > 0)).toEqual([]);
    expect(dashboard.templating.list.flatMap(({ definition = '' }) => unknownIn(definition))).toEqual([]);
  });

  test('draws every metric of ours', () => {
    const all = drawn.join('\n');
    const ours = [...printed.keys()].filter((name) => name.startsWith('confab_'));
    expect(ours.filter((name) => !all.includes(name))).toEqual([]);
  });

  test('takes its data from whichever source the viewer chooses, with panels that are told apart', () => {
    expect(dashboard.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource' });
    const panels = dashboard.panels.filter(({ type }) => type !== 'row');
    for (const { datasource, targets } of panels) {
      expect([datasource, ...targets!.map((target) => target.datasource)].map((source) => source?.uid)).toEqual(
        Array(targets!.length + 1).fill(chosen),
      );
    }
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(39);
  });
});

afterAll(() => printed.clear());
