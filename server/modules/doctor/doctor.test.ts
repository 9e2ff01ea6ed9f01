import { beforeEach, expect, test } from 'vitest';
import type { WidgetFindingView } from '../../../shared/contracts/doctor.ts';
import { limits } from '../../../shared/limits.ts';
import type { Widget } from '../../../shared/schema.ts';
import { addWidget } from '../../storage/conformance/worlds.ts';
import { createRouteWorld, type RouteWorld, type Tenant } from '../../testing/route-world.ts';
import { visitorRoutes } from '../visitors/visitors.routes.ts';
import { doctorRoutes } from './doctor.routes.ts';
import { createInstallDoctor, type InstallDoctor } from './install-doctor.ts';

const host = 'confab.example.org';
const shop = 'https://shop.example.com';
let world: RouteWorld;
let acme: Tenant;
let widget: Widget;
let doctor: InstallDoctor;

beforeEach(async () => {
  world = await createRouteWorld();
  acme = await world.addTenant();
  const { id } = await addWidget(acme.storage);
  widget = await acme.storage.widgets.update(id, { allowedSites: ['shop.example.com'], status: 'active' });
  doctor = createInstallDoctor({ ...world.deps, now: world.env.now });
});

const routes = () => [
  ...doctorRoutes({ now: world.env.now }, world.widgetDirectory, doctor),
  ...visitorRoutes(world.deps, world.widgetDirectory, { doctor }),
];
const report = (query: string, headers: Record<string, string> = { origin: shop }, publicKey = widget.publicKey) =>
  world.call(routes(), 'reportInstall', { params: { publicKey }, query, headers: { host, ...headers } });
const ask = (origin: string, publicKey = widget.publicKey) =>
  world.call(routes(), 'getWidgetConfig', { params: { publicKey }, headers: { host, origin } });
const list = async (of = widget, as = acme): Promise<WidgetFindingView[]> => {
  await doctor.settled();
  const params = { clientId: acme.storage.clientId, widgetId: of.id };
  const { body } = await world.call(routes(), 'listWidgetFindings', { as: { user: as.agent }, params });
  return body.items;
};
const kinds = async () => (await list()).map(({ kind, origin, solvedAt }) => `${kind} ${origin} ${solvedAt !== null}`);

test('a report is kept with its details, told of, and answered to a page of any site', async () => {
  const answer = await report('found=csp-frame:default-src,two-hosts:https://old.example&fine=csp-connect');
  expect(answer.status).toBe(204);
  expect(answer.headers).toMatchObject({ 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'no-store' });
  const at = world.env.now().toISOString();
  const common = { origin: shop, count: 1, firstSeenAt: at, lastSeenAt: at, solvedAt: null };
  expect(await list()).toEqual([
    { kind: 'two-hosts', detail: 'https://old.example', ...common },
    { kind: 'csp-frame', detail: 'default-src', ...common },
  ]);
  expect(world.events).toEqual([
    { name: 'widget.checked', event: { clientId: acme.storage.clientId, widgetId: widget.id } },
  ]);
});

test('an image and a frame name their site by the referrer', async () => {
  await report('found=csp-connect', { referer: `${shop}/secret?path=1` });
  expect(await kinds()).toEqual([`csp-connect ${shop} false`]);
});

test('what is not of the list, and texts of a page, are refused with a reason', async () => {
  for (const query of [
    'found=csp-frame:evil',
    'found=two-hosts:https://old.example/path',
    'found=two-hosts:javascript:alert(1)',
    'found=site-not-allowed',
    'fine=nothing',
    'found=storage-blocked:x',
    `found=${'csp-frame,'.repeat(100)}`,
    `fine=${'x'.repeat(limits.reportCharsMax + 1)}`,
  ]) {
    expect((await report(query)).status, query).toBe(400);
  }
  expect((await report('', {}, 'wk_nobody')).status).toBe(404);
  expect(await list()).toMatchObject([{ kind: 'never-seen' }]);
});

test('reports of sites that are not allowed, of Confab’s own pages and of nobody are not kept', async () => {
  for (const headers of [{ origin: 'https://evil.example' }, { origin: `http://${host}` }, { origin: 'null' }, {}]) {
    expect((await report('found=csp-frame', headers as Record<string, string>)).status).toBe(204);
  }
  expect(await kinds()).toEqual(['never-seen https://shop.example.com false']);
});

test('the same is written once a minute, and a flood of reports not at all', async () => {
  for (let n = 0; n < 40; n++) await report(n % 2 ? 'found=csp-frame' : 'found=csp-frame&fine=csp-connect');
  expect(await list()).toMatchObject([{ count: 1 }]);
  world.env.advance(60_000);
  await report('found=csp-frame');
  expect(await list()).toMatchObject([{ count: 2 }]);
  world.events.length = 0;
  for (let n = 0; n < 100; n++) await report(n % 2 ? 'found=csp-frame' : 'fine=csp-frame');
  await doctor.settled();
  expect(world.events.length).toBeLessThan(40);
});

test('a page that is in order again solves it, and it is told for a week', async () => {
  await report('found=csp-frame');
  await report('fine=csp-frame,csp-connect');
  expect(await kinds()).toEqual([`csp-frame ${shop} true`]);
  await report('found=csp-frame');
  expect(await kinds()).toEqual([`csp-frame ${shop} false`]);
  await report('fine=csp-frame');
  await doctor.settled();
  world.env.advance(7 * 24 * 60 * 60_000);
  expect(await kinds()).toEqual([`never-seen ${shop} false`]);
});

test('a site that is not allowed is named, and solved by the first page that is', async () => {
  expect((await ask('https://www.shop.example.com')).status).toBe(403);
  expect(await kinds()).toContain('site-not-allowed https://www.shop.example.com false');
  widget = await acme.storage.widgets.update(widget.id, { allowedSites: ['www.shop.example.com'] });
  expect((await ask('https://www.shop.example.com')).status).toBe(200);
  expect(await kinds()).toEqual(['site-not-allowed https://www.shop.example.com true']);
});

test('a page without a site, and a widget that is not active, are named', async () => {
  await ask('null');
  await acme.storage.widgets.update(widget.id, { status: 'pending' });
  expect((await ask(shop)).status).toBe(404);
  expect((await kinds()).sort()).toEqual([`sandboxed null false`, `widget-inactive ${shop} false`]);
});

test('a tag with a key that no widget has is told to who counts its site among theirs, and to nobody else', async () => {
  const other = await world.addTenant();
  await ask(shop, 'wk_mistyped');
  await ask(shop, '-');
  await ask('https://evil.example', 'wk_mistyped');
  const found = await list();
  expect(found.map(({ kind, detail, origin }) => [kind, detail, origin])).toEqual(
    expect.arrayContaining([
      ['unknown-key', 'wk_mistyped', shop],
      ['tag-without-key', null, shop],
    ]),
  );
  expect(found).toHaveLength(2);
  const params = { clientId: other.storage.clientId, widgetId: other.widget.id };
  const theirs = await world.call(routes(), 'listWidgetFindings', { as: { user: other.agent }, params });
  expect(theirs.body.items.filter(({ kind }: WidgetFindingView) => kind !== 'never-seen')).toEqual([]);
  world.env.advance(10_000);
  await ask(shop);
  expect((await list()).map(({ solvedAt }) => solvedAt !== null)).toEqual([true, true]);
});

test('an archived widget’s tag is told on its own page', async () => {
  await acme.storage.widgets.update(widget.id, { archivedAt: world.env.now() });
  await ask(shop);
  expect(await kinds()).toEqual([`widget-inactive ${shop} false`]);
});

test('a page is asked to look at itself once an hour, and soon again while something is wrong', async () => {
  const isAsked = async () => (await ask(shop)).body.check === true;
  expect(await isAsked()).toBe(true);
  expect(await isAsked()).toBe(false);
  world.env.advance(60 * 60_000);
  expect(await isAsked()).toBe(true);
  await report('found=csp-connect');
  world.env.advance(10_000);
  expect(await isAsked()).toBe(true);
  await report('fine=csp-connect');
  world.env.advance(10_000);
  expect(await isAsked()).toBe(false);
});

test('an allowed site is waited for until it was seen, save patterns, this computer and the other name with www', async () => {
  const allowedSites = ['a.example', 'www.b.example', 'c.example', '*.d.example', 'localhost', 'localhost:3000'];
  await acme.storage.widgets.update(widget.id, { allowedSites });
  await acme.storage.installs.note(widget.id, 'https://b.example');
  await ask('https://c.example', 'wk_mistyped');
  expect((await list()).filter(({ kind }) => kind === 'never-seen').map(({ origin }) => origin)).toEqual([
    'https://a.example',
  ]);
});

test('the findings of another client’s widget are not found', async () => {
  const other = await addWidget((await world.addTenant()).storage);
  const params = { clientId: acme.storage.clientId, widgetId: other.id };
  const answer = await world.call(routes(), 'listWidgetFindings', { as: { user: acme.agent }, params });
  expect(answer.status).toBe(404);
});

test('what cannot be stored is no fault of the request', async () => {
  await acme.storage.client.remove();
  doctor.refused(widget, { host, origin: 'https://x.example' });
  await doctor.settled();
  expect(world.events.filter(({ name }) => name === 'widget.checked')).toEqual([]);
});
