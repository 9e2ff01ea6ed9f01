import { beforeEach, expect, test } from 'vitest';
import type { Widget } from '../../../shared/schema.ts';
import { createRouteWorld, type RouteWorld, type Tenant } from '../../testing/route-world.ts';
import { createIdentityCheck } from './identity-check.ts';
import { openVisitorSession } from './open-visitor-session.ts';
import {
  createVisitorCheck,
  readVisitorToken,
  signVisitorToken,
  type VisitorClaims,
  visitorTokenLifetimeMs,
} from './visitor-token.ts';

const dayMs = 24 * 60 * 60 * 1000;
const oldKey = Buffer.alloc(32, 8);
const newKey = Buffer.alloc(32, 9);

let world: RouteWorld;
let acme: Tenant;
let claims: VisitorClaims;

beforeEach(async () => {
  world = await createRouteWorld();
  acme = await world.addTenant();
  claims = {
    visitorId: world.env.newId(),
    widgetId: acme.widget.id,
    publicKey: acme.widget.publicKey,
    expiresAt: new Date(world.env.now().getTime() + 1000),
  };
});

test('a token says what was signed, under any of the keys', () => {
  const token = signVisitorToken([oldKey], claims);
  expect(readVisitorToken([oldKey], token)).toEqual(claims);
  expect(readVisitorToken([newKey, oldKey], token)).toEqual(claims);
  expect(readVisitorToken([newKey], token)).toBeUndefined();
});

test('a token that was changed anywhere says nothing', () => {
  const token = signVisitorToken([oldKey], claims);
  for (let at = 0; at < token.length; at++) {
    const other = token[at] === 'A' ? 'B' : 'A';
    expect(readVisitorToken([oldKey], token.slice(0, at) + other + token.slice(at + 1))).toBeUndefined();
  }
  const [version, body, signature] = token.split('.');
  for (const bad of [
    '',
    '.',
    '..',
    'v1',
    `${version}.${body}`,
    `${version}.${body}.`,
    `${token}=`,
    `${token}.`,
    `v2.${body}.${signature}`,
  ]) {
    expect(readVisitorToken([oldKey], bad)).toBeUndefined();
  }
});

test('the check knows the visitor and opens their client’s storage', async () => {
  const check = createVisitorCheck(world.deps, world.widgetDirectory);
  const token = signVisitorToken(world.deps.secrets.visitorTokenKeys, claims);
  for (let time = 0; time < 2; time++) {
    expect(await check(token)).toMatchObject({
      kind: 'visitor',
      visitorId: claims.visitorId,
      clientId: acme.storage.clientId,
      widget: { id: acme.widget.id },
    });
  }
  expect(await check(`${token}x`)).toBeUndefined();
});

test('the check lets nobody in any more, once seen or not, when the token has expired', async () => {
  const check = createVisitorCheck(world.deps, world.widgetDirectory);
  const token = signVisitorToken(world.deps.secrets.visitorTokenKeys, claims);
  expect(await check(token)).toBeDefined();
  world.env.advance(1000);
  expect(await check(token)).toBeUndefined();
});

test.each([
  ['archived', { archivedAt: new Date() }],
  ['not active', { status: 'failed' as const }],
  ['under a new public key', { publicKey: 'wk_new' }],
])('the check lets nobody in when the widget is %s', async (_state, patch) => {
  const check = createVisitorCheck(world.deps, world.widgetDirectory);
  const token = signVisitorToken(world.deps.secrets.visitorTokenKeys, claims);
  expect(await check(token)).toBeDefined();
  await acme.storage.widgets.update(acme.widget.id, patch);
  expect(await check(token)).toBeUndefined();
});

test('a token is worthless for a widget that has taken over the public key', async () => {
  const other = await world.addTenant('Other');
  const check = createVisitorCheck(world.deps, world.widgetDirectory);
  const keys = world.deps.secrets.visitorTokenKeys;
  expect(await check(signVisitorToken(keys, { ...claims, publicKey: other.widget.publicKey }))).toBeUndefined();
});

const open = (widget: Widget, token?: string) =>
  openVisitorSession({ ...world.deps, checkIdentity: createIdentityCheck(world.deps) }, widget, token ? { token } : {});

test('a session is renewed for the same visitor, up to thirty days after its end', async () => {
  const first = await open(acme.widget);
  expect(first.expiresAt).toBe(new Date(world.env.now().getTime() + visitorTokenLifetimeMs).toISOString());
  world.env.advance(visitorTokenLifetimeMs + 29 * dayMs);
  const second = await open(acme.widget, first.token);
  expect(second.visitorId).toBe(first.visitorId);
  world.env.advance(visitorTokenLifetimeMs + 31 * dayMs);
  expect((await open(acme.widget, second.token)).visitorId).not.toBe(first.visitorId);
});

test('a session survives a new public key of its widget, and is none for another widget', async () => {
  const { token, visitorId } = await open(acme.widget);
  const rotated = await acme.storage.widgets.update(acme.widget.id, { publicKey: 'wk_new' });
  const renewed = await open(rotated, token);
  expect(renewed.visitorId).toBe(visitorId);
  const check = createVisitorCheck(world.deps, world.widgetDirectory);
  expect(await check(renewed.token)).toMatchObject({ visitorId });
  const other = await world.addTenant('Other');
  expect((await open(other.widget, token)).visitorId).not.toBe(visitorId);
  expect((await open(rotated, 'forged')).visitorId).not.toBe(visitorId);
});
