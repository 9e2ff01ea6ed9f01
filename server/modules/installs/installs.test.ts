import { beforeEach, expect, test } from 'vitest';
import type { Widget } from '../../../shared/schema.ts';
import { addWidget, strangeId } from '../../storage/conformance/worlds.ts';
import { createRouteWorld, type RouteWorld, type Tenant } from '../../testing/route-world.ts';
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

test('a site is listed once it was seen, and told of once by a process however often it asks', async () => {
  await note(widget, site);
  await note(widget, site);
  clock += 60_000;
  world.env.advance(60_000);
  await note(widget, site);
  const { body } = await list();
  expect(body.items).toEqual([
    { origin: site.origin, firstSeenAt: expect.any(String), lastSeenAt: world.env.now().toISOString() },
  ]);
  expect(world.events.map(({ name }) => name)).toEqual(['widget.seen']);
});

test('pages of Confab itself and requests without an origin are not noted', async () => {
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
