import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectPath } from '../../../lib/paths.ts';
import { openInMemory, openPlantedWorld, type PlantedWorld, type Tenant } from '../../../testing/planted-world.ts';
import { buildRequest } from './webhook-protocol.ts';

const folder = projectPath('docs', 'n8n');
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const page = readFileSync(projectPath('docs', 'n8n', 'README.md'), 'utf8');

interface Node {
  id: string;
  name: string;
  type: string;
  typeVersion: number;
  webhookId?: string;
  credentials?: unknown;
  // biome-ignore lint/suspicious/noExplicitAny: each type of node has parameters of its own
  parameters: any;
}

interface Workflow {
  id: string;
  name: string;
  active: boolean;
  nodes: Node[];
  connections: Record<string, Record<string, { node: string; type: string; index: number }[][]>>;
}

const read = (file: string): Workflow => JSON.parse(readFileSync(projectPath('docs', 'n8n', file), 'utf8'));

/**
 * Evaluates a parameter as n8n does: what begins with `=` is a text with expressions in double braces, one that is a
 * single expression keeps its type. `json` is the item that reaches the node, `nodes` what others have put out.
 */
function evaluate(parameter: unknown, json: unknown, nodes: Record<string, unknown>): unknown {
  if (typeof parameter !== 'string' || !parameter.startsWith('=')) return parameter;
  const ask = (name: string) => {
    if (!(name in nodes)) throw new Error(`There is no node "${name}" before this one.`);
    return { first: () => ({ json: nodes[name] }) };
  };
  const value = (code: string) => new Function('$json', '$', `return (${code});`)(json, ask) as unknown;
  const whole = /^=\{\{((?:(?!\}\}).)*)\}\}$/s.exec(parameter);
  if (whole) return value(whole[1]!);
  return parameter.slice(1).replace(/\{\{(.*?)\}\}/gs, (_, code: string) => String(value(code)));
}

let world: PlantedWorld;
let tenant: Tenant;
// biome-ignore lint/suspicious/noExplicitAny: a document that is looked into
let openApi: any;
beforeAll(async () => {
  world = await openPlantedWorld(openInMemory);
  tenant = await world.plant();
  openApi = (await world.send({ path: '/openapi.json' })).json;
});
afterAll(() => world.close());

test('every file has an id and webhooks of its own', () => {
  const workflows = files.map(read);
  const ids = workflows.flatMap(({ id, nodes }) => [id, ...nodes.map((node) => node.id)]);
  expect(new Set(ids).size).toBe(ids.length);
  const webhooks = workflows.flatMap(({ nodes }) => nodes.flatMap(({ webhookId }) => webhookId ?? []));
  expect(new Set(webhooks).size).toBe(webhooks.length);
  const paths = workflows.flatMap(({ nodes }) => nodes.flatMap(({ parameters }) => parameters.path ?? []));
  expect(new Set(paths).size).toBe(paths.length);
});

test('the page tells of every file', () => {
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) expect(page).toContain(`(${file})`);
});

describe.each(files)('%s', (file) => {
  const workflow = read(file);
  const nodeOf = (name: string) => workflow.nodes.find((node) => node.name === name);

  test('is a workflow that n8n imports, inactive and without anybody’s credentials', () => {
    expect(workflow).toMatchObject({ id: expect.stringMatching(/^\w{16}$/), name: expect.any(String), active: false });
    expect(new Set(workflow.nodes.map(({ name }) => name)).size).toBe(workflow.nodes.length);
    for (const node of workflow.nodes) {
      expect(node).toMatchObject({ id: expect.any(String), typeVersion: expect.any(Number) });
      expect(node.credentials).toBeUndefined();
    }
  });

  test('has one trigger for questions, known by a webhook id', () => {
    const triggers = workflow.nodes.filter(({ type }) => /\.(webhook|chatTrigger)$/.test(type));
    expect(triggers).toHaveLength(1);
    expect(triggers[0]!.webhookId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('connects nodes that are there, all of them', () => {
    const sources = Object.keys(workflow.connections);
    const targets = Object.values(workflow.connections).flatMap((kinds) =>
      Object.values(kinds).flatMap((outputs) => outputs.flatMap((output) => output.map(({ node }) => node))),
    );
    const connected = new Set([...sources, ...targets]);
    expect([...connected].sort()).toEqual(workflow.nodes.map(({ name }) => name).sort());
  });

  test('sends what Confab takes, to paths that are in its OpenAPI document', async () => {
    const conversationId = tenant.params.conversationId!;
    const messageId = world.deps.newId();
    const request = buildRequest({
      sessionId: conversationId,
      chatInput: 'Where is my "order"?',
      metadata: { conversationId, messageId, widgetId: tenant.params.widgetId! },
      secret: 'secret',
      deliveryId: 'd',
      now: new Date(),
    });
    const trigger = workflow.nodes.find(({ type }) => /\.(webhook|chatTrigger)$/.test(type))!;
    const question = { headers: request.headers, body: JSON.parse(request.body) };
    const outputs: Record<string, unknown> = { [trigger.name]: question };
    // Along the line, as n8n runs it.
    let json: unknown = question;
    for (let at = trigger; ; ) {
      const next = nodeOf(workflow.connections[at.name]?.main?.[0]?.[0]?.node ?? '');
      if (!next) break;
      if (next.type.endsWith('.set')) json = assigned(next, json);
      if (next.type.endsWith('.httpRequest')) json = await sent(next, json);
      outputs[next.name] = json;
      at = next;
    }

    function assigned(node: Node, input: unknown) {
      const { assignments } = node.parameters.assignments as { assignments: { name: string; value: unknown }[] };
      return Object.fromEntries(assignments.map(({ name, value }) => [name, evaluate(value, input, outputs)]));
    }

    async function sent(node: Node, input: unknown) {
      const { method = 'GET', url, jsonBody, genericAuthType } = node.parameters;
      const { origin, pathname } = new URL(String(evaluate(url, input, outputs)));
      expect(origin).toBe('https://chat.example.com');
      const documented = Object.keys(openApi.paths).find((path) =>
        new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`).test(pathname),
      );
      const operation = openApi.paths[documented ?? '']?.[method.toLowerCase()];
      expect(operation).toMatchObject({ security: [{ apiKey: [] }] });
      expect(genericAuthType).toBe('httpHeaderAuth');
      const body = evaluate(jsonBody, input, outputs) as string | undefined;
      if (body !== undefined) {
        const known = operation.requestBody.content['application/json'].schema.properties;
        expect(Object.keys(known)).toEqual(expect.arrayContaining(Object.keys(JSON.parse(body))));
      }
      const headers = { 'x-org-key': tenant.secretKey, 'content-type': 'application/json' };
      const answer = await world.send({ method, path: pathname, headers, body });
      expect(answer.status).toBe(method === 'POST' ? 201 : 200);
      if (method === 'POST') {
        expect(answer.json).toMatchObject({ role: 'assistant', content: expect.stringContaining('"order"') });
        const again = await world.send({ method, path: pathname, headers, body });
        expect(again.json.id).toBe(answer.json.id);
      }
      return answer.json;
    }
  });
});
