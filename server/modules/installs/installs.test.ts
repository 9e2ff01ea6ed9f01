import { beforeEach, expect, test } from 'vitest';
import type { Widget } from '../../../shared/schema.ts';
import { addWidget, strangeId } from '../../storage/conformance/worlds.ts';
import { createRouteWorld, type RouteWorld, type Tenant } from '../../testing/route-world.ts';
import { visitorRoutes } from '../visitors/visitors.routes.ts';
import { installsRoutes } from './installs.routes.ts';
import { createNoteInstall, type NoteInstall } from './note-install.ts';

const site = { origin: 'https://shop.example.com', host: 'confab.example.org' };
let world: RouteWorld;
let acme: Tenant;
let widget: Widget;
let clock: number;
let note: NoteInstall;

beforeEach(async () => {
  world = await createRouteWorld();
  acme = await world.addTenant();
  widget = await addWidget(acme.storage);
  clock = 0;
  note = createNoteInstall({ ...world.deps, now: () => new Date(clock) });
});

const list = (widgetId = widget.id) =>
  world.call(installsRoutes(), 'listWidgetInstalls', {
    as: { user: acme.agent },
    params: { clientId: acme.storage.clientId, widgetId },
  });

test('a site is listed once it was seen, and told of at once and then once a minute', async () => {
  await note(widget, site);
  await note(widget, site);
  expect(world.events.map(({ name }) => name)).toEqual(['widget.seen']);
  clock += 60_000;
  world.env.advance(60_000);
  await note(widget, site);
  const { body } = await list();
  expect(body.items).toEqual([
    { origin: site.origin, firstSeenAt: expect.any(String), lastSeenAt: world.env.now().toISOString() },
  ]);
  expect(world.events.map(({ name }) => name)).toEqual(['widget.seen', 'widget.seen']);
});

test('what is on its way into the storage can be waited for', async () => {
  void note(widget, site);
  await note.settled();
  expect((await list()).body.items).toHaveLength(1);
});

test('a page that asks how the widget looks is noted, unless its site is not allowed', async () => {
  await acme.storage.widgets.update(widget.id, { allowedSites: ['shop.example.com'], status: 'active' });
  const routes = visitorRoutes(world.deps, world.widgetDirectory, { noteInstall: note });
  const ask = (origin: string) =>
    world.call(routes, 'getWidgetConfig', { params: { publicKey: widget.publicKey }, headers: { ...site, origin } });
  expect((await ask('https://evil.example')).status).toBe(403);
  expect((await ask(site.origin)).status).toBe(200);
  await note.settled();
  expect((await list()).body.items).toMatchObject([{ origin: site.origin }]);
});

test('pages of Confab itself, requests without an origin and origins that are none are not noted', async () => {
  await note(widget, { origin: 'null', host: 'confab.example.org' });
  await note(widget, { origin: `https://${'a'.repeat(300)}.example`, host: 'confab.example.org' });
  await note(widget, { origin: 'http://confab.example.org', host: 'confab.example.org' });
  await note(widget, { host: 'confab.example.org' });
  expect((await list()).body.items).toEqual([]);
});

test('a sighting that cannot be stored is no fault of the request', async () => {
  await note({ ...widget, id: strangeId() }, site);
  expect(world.events).toEqual([]);
});

test('the sites of another client’s widget are not found', async () => {
  const other = await addWidget((await world.addTenant()).storage);
  expect((await list(other.id)).status).toBe(404);
});
