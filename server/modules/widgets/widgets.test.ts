import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WidgetView } from '../../../shared/contracts/widgets.ts';
import type { ClientId } from '../../../shared/ids.ts';
import { widgetDefaults } from '../../../shared/widget-settings.ts';
import { createHttpWorld, type Founder, type HttpWorld } from '../../testing/http-world.ts';
import { testConfig } from '../../testing/route-world.ts';

let world: HttpWorld;
let owner: Founder;
beforeEach(async () => {
  world = await createHttpWorld();
  owner = await world.found();
});
afterEach(() => world.close());

const path = () => `/api/clients/${owner.clientId}/widgets`;
const actions = async () => (await world.auditOf(owner)).map(({ action }) => action).slice(0, -1);
const later = (ms: number) => new Date(world.env.now().getTime() + ms).toISOString();

async function create(body: Record<string, unknown> = {}): Promise<WidgetView & { path: string }> {
  const answer = await owner.browser.post(path(), { name: 'Help', ...body });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return { ...answer.body, path: `${path()}/${answer.body.id}` };
}

describe('a new widget', () => {
  test('needs a name alone, is active at once and comes with its tag', async () => {
    const { path: widgetPath, ...widget } = await create();
    const now = world.env.now().toISOString();
    expect(widget).toEqual({
      ...widgetDefaults,
      id: expect.any(String),
      publicKey: expect.stringMatching(/^wk_[\w-]{22}$/),
      name: 'Help',
      status: 'active',
      statusReason: null,
      activateAt: null,
      activatedAt: now,
      archivedAt: null,
      identitySecretAt: null,
      identityFailure: null,
      embedCode: `<script async src="${world.origin}/widget.js" data-widget="${widget.publicKey}"></script>`,
      createdAt: now,
      updatedAt: now,
    });
    expect((await owner.browser.get(widgetPath)).body).toEqual(widget);
    expect(await actions()).toEqual(['widget.activated', 'widget.created']);
    expect(world.events.at(-1)).toEqual({
      name: 'widget.changed',
      event: { clientId: owner.clientId, widgetId: widget.id, publicKeys: [widget.publicKey] },
    });
  });

  test('takes every setting', async () => {
    const settings = {
      welcomeMessage: 'Hallo!',
      systemPrompt: 'Be brief.',
      color: '#FF0000',
      position: 'left',
      theme: 'dark',
      language: 'de',
      voice: 'alloy',
      allowedSites: ['www.example.com', '*.example.org'],
      suggestedQuestions: ['Wo?'],
      retrieval: { enabled: true, sourceUrl: 'https://example.com', documentIds: [] },
      engine: 'llm',
      engineSettings: { model: 'gpt-5', temperature: 0.2 },
    };
    expect(await create(settings)).toMatchObject({ ...settings, color: '#ff0000', status: 'active' });
  });

  test('reads the site or page it names, replaces it by the next, and removes it when it names none', async () => {
    const retrieval = { enabled: true, sourceUrl: 'https://example.com/', documentIds: [] };
    const own = world.deps.storage.forClient(owner.clientId as ClientId);
    const documents = async () =>
      (await own.documents.list({ limit: 10 })).items.map(({ kind, url, status }) => [kind, url, status]);
    const widget = await create({ retrieval });
    expect(await documents()).toEqual([['site', 'https://example.com/', 'queued']]);
    expect(await own.jobs.find('ingest', widget.retrieval.sourceDocumentId!)).toBeDefined();
    const again = await create({ retrieval });
    expect(again.retrieval.sourceDocumentId).toBe(widget.retrieval.sourceDocumentId);

    const change = async (id: string, sourceUrl: string) =>
      (await owner.browser.patch(`${path()}/${id}`, { retrieval: { ...retrieval, sourceUrl } })).body;
    const changed = await change(widget.id, 'https://example.com/help');
    expect(changed.retrieval.sourceDocumentId).not.toBe(again.retrieval.sourceDocumentId);
    expect((await documents()).sort()).toEqual([
      ['page', 'https://example.com/help', 'queued'],
      ['site', 'https://example.com/', 'queued'],
    ]);
    await change(again.id, '');
    expect(await documents()).toEqual([['page', 'https://example.com/help', 'queued']]);
    expect((await change(widget.id, 'https://example.com/help')).updatedAt).toBe(changed.updatedAt);
    expect((await change(widget.id, '')).retrieval).toEqual({ ...retrieval, sourceUrl: '' });
    expect(await documents()).toEqual([]);
    const wrong = { retrieval: { ...retrieval, sourceUrl: 'https://[' } };
    expect((await owner.browser.patch(`${path()}/${widget.id}`, wrong)).body.errors).toMatchObject([
      { pointer: '#/retrieval/sourceUrl' },
    ]);
  });

  test.each([
    ['webhook', {}, /address of the webhook/],
    ['webhook', { webhookUrl: '' }, /address of the webhook/],
  ])('whose %s engine lacks a setting is failed, with the reason', async (engine, engineSettings, reason) => {
    const answer = await owner.browser.post(path(), { name: 'Help', engine, engineSettings });
    expect(answer.body).toMatchObject({ status: 'failed', statusReason: expect.stringMatching(reason) });
    expect(answer.body.activatedAt).toBeNull();
    expect((await world.auditOf(owner))[0]).toMatchObject({
      action: 'widget.failed',
      details: { reason: answer.body.statusReason },
    });
  });

  test('needs no model of its own to ask one', async () => {
    expect(await create({ engine: 'llm' })).toMatchObject({ status: 'active' });
  });

  test('stays pending until its time; a time that has passed is now', async () => {
    const activateAt = later(60_000);
    expect(await create({ activateAt })).toMatchObject({ status: 'pending', activateAt, activatedAt: null });
    expect(await create({ activateAt: later(-1) })).toMatchObject({ status: 'active', activateAt: null });
    expect(await create({ activateAt: null })).toMatchObject({ status: 'active' });
  });

  test('names the address of the server that is configured', async () => {
    const config = { ...testConfig, publicUrl: 'https://chat.example.com' };
    const other = await createHttpWorld({ config });
    const founder = await other.found();
    const answer = await founder.browser.post(`/api/clients/${founder.clientId}/widgets`, { name: 'Help' });
    expect(answer.body.embedCode).toContain('src="https://chat.example.com/widget.js"');
    await other.close();
  });
});

describe('changing a widget', () => {
  test('changes what is sent, and records the names of what differs', async () => {
    const widget = await create();
    world.env.advance(1000);
    const answer = await owner.browser.patch(widget.path, { color: '#00ff00', name: 'Help', welcomeMessage: 'Hey' });
    expect(answer.body).toEqual({
      ...(await owner.browser.get(widget.path)).body,
      color: '#00ff00',
      welcomeMessage: 'Hey',
      publicKey: widget.publicKey,
      updatedAt: world.env.now().toISOString(),
    });
    expect((await world.auditOf(owner))[0]).toMatchObject({
      action: 'widget.updated',
      targetId: widget.id,
      details: { name: 'Help', changed: ['welcomeMessage', 'color'] },
      requestId: answer.headers.get('x-request-id'),
    });
    expect(world.events.at(-1)?.name).toBe('widget.changed');
  });

  test('writes nothing when nothing differs', async () => {
    const { path: widgetPath, ...widget } = await create();
    world.env.advance(1000);
    const { businessHours, appearance } = widget;
    expect((await owner.browser.patch(widgetPath, { businessHours, appearance })).body).toEqual(widget);
    expect(await actions()).toEqual(['widget.activated', 'widget.created']);
  });

  test('never leaves an active widget with an engine that cannot answer', async () => {
    const widget = await create();
    const answer = await owner.browser.patch(widget.path, { engine: 'webhook' });
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '#/engineSettings/webhookUrl']);
    const settings = { engine: 'webhook', engineSettings: { webhookUrl: 'https://n8n.example.com/webhook/1' } };
    expect((await owner.browser.patch(widget.path, settings)).body).toMatchObject({ ...settings, status: 'active' });
  });

  test('that mends a failed widget activates it', async () => {
    const widget = await create({ engine: 'webhook' });
    expect((await owner.browser.patch(widget.path, { color: '#000000' })).body.status).toBe('failed');
    const answer = await owner.browser.patch(widget.path, {
      engineSettings: { webhookUrl: 'https://n8n.example.com/webhook/1' },
    });
    expect(answer.body).toMatchObject({ status: 'active', statusReason: null });
    expect((await actions()).slice(0, 2)).toEqual(['widget.activated', 'widget.updated']);
  });
});

describe('activating', () => {
  test('again after the reason has gone', async () => {
    const widget = await create({ engine: 'webhook' });
    expect((await owner.browser.post(`${widget.path}/activate`, {})).body.status).toBe('failed');
    const due = { activateAt: later(60_000) };
    expect((await owner.browser.post(`${widget.path}/activate`, due)).body).toMatchObject({
      status: 'pending',
      ...due,
    });
    expect((await world.auditOf(owner))[0]).toMatchObject({ action: 'widget.scheduled', details: due });
    await owner.browser.patch(widget.path, { engine: 'none' });
    const answer = await owner.browser.post(`${widget.path}/activate`, {});
    expect(answer.body).toMatchObject({ status: 'active', activateAt: null, statusReason: null });
  });

  test('an active widget changes nothing, and later is refused', async () => {
    const { path: widgetPath, ...widget } = await create();
    expect((await owner.browser.post(`${widgetPath}/activate`, {})).body).toEqual(widget);
    expect((await owner.browser.post(`${widgetPath}/activate`, { activateAt: later(1000) })).status).toBe(409);
    expect(await actions()).toEqual(['widget.activated', 'widget.created']);
  });

  test('an archived widget is refused', async () => {
    const widget = await create({ activateAt: later(1000) });
    await owner.browser.delete(widget.path);
    expect((await owner.browser.post(`${widget.path}/activate`, {})).status).toBe(409);
  });
});

test('the public key stays until it is rotated on purpose; caches hear of both keys', async () => {
  const widget = await create();
  const answer = await owner.browser.post(`${widget.path}/rotate-key`);
  expect(answer.body.publicKey).toMatch(/^wk_[\w-]{22}$/);
  expect(answer.body.publicKey).not.toBe(widget.publicKey);
  expect(answer.body.embedCode).toContain(answer.body.publicKey);
  expect(world.events.at(-1)?.event).toMatchObject({ publicKeys: [widget.publicKey, answer.body.publicKey] });
  expect((await world.auditOf(owner))[0]).toMatchObject({ action: 'widget.keyRotated' });
  expect(JSON.stringify((await world.auditOf(owner))[0]!.details)).not.toContain('wk_');
});

test('an archived widget is listed apart and comes back under the same key', async () => {
  const [gone, kept] = [await create({ name: 'Gone' }), await create({ name: 'Kept' })];
  for (let n = 0; n < 2; n++) expect((await owner.browser.delete(gone.path)).status).toBe(204);
  const names = async (query = '') =>
    (await owner.browser.get(path() + query)).body.items.map(({ name }: WidgetView) => name);
  expect([await names(), await names('?archived=true')]).toEqual([['Kept'], ['Gone']]);
  expect((await owner.browser.get(gone.path)).body.archivedAt).toBe(world.env.now().toISOString());
  for (let n = 0; n < 2; n++) {
    const restored = (await owner.browser.post(`${gone.path}/restore`)).body;
    expect(restored).toMatchObject({ archivedAt: null, publicKey: gone.publicKey, status: 'active' });
  }
  expect(await names()).toEqual(['Gone', kept.name]);
  expect((await actions()).slice(0, 2)).toEqual(['widget.restored', 'widget.archived']);
});

test('widgets are listed earliest first, page by page', async () => {
  for (const name of ['A', 'B', 'C']) {
    world.env.advance(1000);
    await create({ name });
  }
  const first = (await owner.browser.get(`${path()}?limit=2`)).body;
  const second = (await owner.browser.get(`${path()}?limit=2&cursor=${first.nextCursor}`)).body;
  expect([...first.items, ...second.items].map(({ name }: WidgetView) => name)).toEqual(['A', 'B', 'C']);
  expect(second.nextCursor).toBeNull();
});

test('agents look at widgets and change none', async () => {
  const widget = await create();
  const agent = await world.join(owner, 'agent');
  expect((await agent.browser.get(path())).status).toBe(200);
  for (const [method, at, body] of [
    ['POST', path(), { name: 'Mine' }],
    ['PATCH', widget.path, { name: 'Mine' }],
    ['POST', `${widget.path}/rotate-key`, undefined],
    ['POST', `${widget.path}/activate`, {}],
    ['DELETE', widget.path, undefined],
    ['POST', `${widget.path}/restore`, undefined],
  ] as const) {
    expect([at, (await agent.browser.request(method, at, body)).status]).toEqual([at, 403]);
  }
});
