import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express, { type Express } from 'express';
import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerUnknownRoute, assignRequestId, createErrorHandler } from '../../http/express-door.ts';
import { apiKeyInput, hashOf } from '../../storage/conformance/worlds.ts';
import { createRouteWorld, type RouteWorld, type Tenant } from '../../testing/route-world.ts';
import { createDashboardRouter } from './dashboard.router.ts';
import { createEmbedRouter } from './embed.router.ts';
import { createWidgetFiles } from './widget-files.ts';

let world: RouteWorld;
let acme: Tenant;
let folder: string;
let app: Express;

const loader = `/* loader */ ${'x'.repeat(2000)}`;

beforeEach(async () => {
  world = await createRouteWorld();
  acme = await world.addTenant('Acme', { allowedSites: ['shop.example', '*.acme.example', 'localhost'] });
  folder = await mkdtemp(join(tmpdir(), 'confab-embed-'));
  await mkdir(join(folder, 'widget', 'assets'), { recursive: true });
  await mkdir(join(folder, 'dashboard', 'assets'), { recursive: true });
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  await write('widget/loader.js', loader);
  await write('widget/assets/frame-1.js', 'frame()');
  await write('widget/assets/frame-1.css', 'body {}');
  const manifest = { frame: { scripts: ['assets/frame-1.js'], styles: ['assets/frame-1.css'] } };
  await write('widget/manifest.json', JSON.stringify(manifest));
  await write(
    'dashboard/index.html',
    '<!doctype html><title>Dashboard</title><script src="/theme.js" nonce="{{nonce}}"></script>',
  );
  await write('dashboard/theme.js', 'theme()');
  await write('dashboard/assets/index-1.js', 'app()');
  await write('demo.html', '<script async src="/widget.js" data-widget="{{publicKey}}" nonce="{{nonce}}"></script>');
  await write('secret.txt', 'secret');
  app = appWith({});
});

afterEach(() => rm(folder, { recursive: true }));

function appWith(config: Partial<RouteWorld['deps']['config']>): Express {
  const deps = { ...world.deps, config: { ...world.deps.config, ...config } };
  const made = express();
  made.set('etag', false);
  made.use(assignRequestId);
  const files = createWidgetFiles(join(folder, 'widget'));
  made.use(createEmbedRouter(deps, world.widgetDirectory, files, join(folder, 'demo.html')));
  made.use(createDashboardRouter(deps, join(folder, 'dashboard')));
  made.use(answerUnknownRoute);
  made.use(createErrorHandler(() => {}));
  return made;
}

/** The directives of an answer's policy by name. */
function policyOf({ headers }: { headers: Record<string, string> }): Record<string, string[]> {
  const directives = headers['content-security-policy']?.split('; ').map((one) => one.split(' ')) ?? [];
  return Object.fromEntries(directives.map(([name, ...sources]) => [name, sources]));
}

const page = { accept: 'text/html' };

/** The nonce of the answer's policy, which every script in the page must carry, and no other page. */
function nonceOf(answer: { headers: Record<string, string>; text: string }): string {
  const { 'script-src': sources = [] } = policyOf(answer);
  const [, nonce = ''] = /^'nonce-([\w-]{22})'$/.exec(sources[0] ?? '') ?? [];
  expect(sources).toEqual([`'nonce-${nonce}'`, "'strict-dynamic'"]);
  for (const [, given] of answer.text.matchAll(/<script[^>]*? nonce="([^"]*)"/g)) expect(given).toBe(nonce);
  expect(answer.text.match(/<script(?![^>]* nonce=)/)).toBeNull();
  return nonce;
}

describe('the loader', () => {
  test('is for pages of any site, kept for five minutes, and compressed', async () => {
    const answer = await supertest(app).get('/widget.js').set('accept-encoding', 'gzip');
    expect(answer.status).toBe(200);
    expect(answer.text).toBe(loader);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'content-encoding': 'gzip',
      'cache-control': 'public, max-age=300',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      vary: 'Accept-Encoding',
    });
  });

  test('is not sent again to who has it, and is as soon as it was built anew', async () => {
    const { headers } = await supertest(app).get('/widget.js');
    const ask = () => supertest(app).get('/widget.js').set('if-none-match', headers.etag!);
    expect((await ask()).status).toBe(304);
    await writeFile(join(folder, 'widget', 'loader.js'), 'new');
    await utimes(join(folder, 'widget', 'loader.js'), 1, 1);
    expect(await ask()).toMatchObject({ status: 200, text: 'new' });
  });

  test('has a tag of its own in each encoding', async () => {
    const tags = [];
    for (const encoding of ['br', 'gzip;q=0.5', 'identity', 'br;q=0, gzip;q=0.0']) {
      tags.push((await supertest(app).head('/widget.js').set('accept-encoding', encoding)).headers.etag);
    }
    expect(new Set(tags).size).toBe(3);
    expect(tags[2]).toBe(tags[3]);
  });

  test('is said to be missing as long as it is not built', async () => {
    await rm(join(folder, 'widget'), { recursive: true });
    const answer = await supertest(app).get('/widget.js');
    expect(answer.status).toBe(503);
    expect(answer.body.detail).toMatch(/npm run build/);
  });
});

describe('files with a hash in their name', () => {
  test.each(['/assets/widget/frame-1.js', '/assets/index-1.js'])('%s is kept for ever', async (path) => {
    const answer = await supertest(app).get(path);
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  test.each([
    '/assets/widget/old.js',
    '/assets/old.js',
    '/assets/widget/..%2f..%2fsecret.txt',
    '/assets/widget/%2e%2e%2f%2e%2e%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
  ])('%s is not found, not even by a browser', async (path) => {
    const answer = await supertest(app).get(path).set(page);
    expect(answer.status).toBe(404);
    expect(answer.body.type).toBe('/problems#not-found');
  });
});

describe('the frame', () => {
  const frame = (headers: Record<string, string> = {}, path = `/frame/${acme.widget.publicKey}`) =>
    supertest(app).get(path).set(headers);

  test('may be shown by the allowed sites and by us, and loads nothing but our files', async () => {
    const answer = await frame({ host: 'chat.example', referer: 'https://www.acme.example/page' });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('<script type="module" src="/assets/widget/frame-1.js" nonce="');
    expect(answer.text).toContain('<link rel="stylesheet" href="/assets/widget/frame-1.css">');
    expect(answer.text).not.toMatch(/<script(?! type="module" src)|<style|style=|onload/);
    // With a tag a browser would keep the policy of the day it first came.
    expect(answer.headers).not.toHaveProperty('etag');
    expect(policyOf(answer)).toMatchObject({
      'default-src': ["'none'"],
      'script-src': [`'nonce-${nonceOf(answer)}'`, "'strict-dynamic'"],
      'object-src': ["'none'"],
      'base-uri': ["'none'"],
      'require-trusted-types-for': ["'script'"],
      'trusted-types': ["'none'"],
      'style-src': ["'self'"],
      'connect-src': ["'self'", 'ws://chat.example'],
      'frame-ancestors': [
        "'self'",
        'http://shop.example',
        'https://shop.example',
        'http://*.acme.example',
        'https://*.acme.example',
        'http://localhost:*',
        'https://localhost:*',
        'http://127.0.0.1:*',
        'https://127.0.0.1:*',
      ],
    });
    expect(answer.headers).not.toHaveProperty('x-frame-options');
  });

  test('may be shown by us alone when the list is empty', async () => {
    await acme.storage.widgets.update(acme.widget.id, { allowedSites: [] });
    expect(policyOf(await frame())['frame-ancestors']).toEqual(["'self'"]);
    expect((await frame({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  test('names the one site that asks when the list is too long for a header', async () => {
    const allowedSites = Array.from({ length: 100 }, (_, n) => `${'long-name-'.repeat(5)}${n}.example`);
    await acme.storage.widgets.update(acme.widget.id, { allowedSites });
    const site = `https://${allowedSites[7]}`;
    expect(policyOf(await frame({ referer: `${site}/page` }))['frame-ancestors']).toEqual(["'self'", site]);
  });

  test('tells the owner of a site that is not allowed which line to add', async () => {
    const answer = await frame({ referer: 'https://evil.example:8443/page', 'sec-fetch-dest': 'iframe' });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('<code>evil.example:8443</code>');
    expect(policyOf(answer)['frame-ancestors']).toEqual(['*']);
    expect(policyOf(answer)).not.toHaveProperty('script-src');
  });

  test('is opened from a link on any site', async () => {
    expect((await frame({ referer: 'https://evil.example/', 'sec-fetch-dest': 'document' })).status).toBe(200);
  });

  test('is a plain page for an unknown, archived or inactive widget', async () => {
    expect((await frame({}, '/frame/wk_unknown')).status).toBe(404);
    await acme.storage.widgets.update(acme.widget.id, { status: 'pending' });
    const answer = await frame();
    expect(answer).toMatchObject({ status: 404, type: 'text/html' });
    expect(answer.text).toContain('not active');
  });

  test('shows a preview on our own pages alone, whatever the widget’s status', async () => {
    await acme.storage.widgets.update(acme.widget.id, { status: 'pending' });
    const answer = await frame({}, `/frame/${acme.widget.publicKey}?preview=1`);
    expect(answer.status).toBe(200);
    expect(policyOf(answer)['frame-ancestors']).toEqual(["'self'"]);
  });

  test('refuses other methods', async () => {
    const answer = await supertest(app).post('/frame/x');
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });
});

describe('the demo page', () => {
  test('carries the first widget of the client with the demo key', async () => {
    expect((await supertest(app).get('/demo')).status).toBe(404);
    await acme.storage.apiKeys.create(apiKeyInput({ keyHash: hashOf('demo') }));
    const answer = await supertest(app).get('/demo');
    expect(answer.status).toBe(200);
    expect(answer.text).toContain(`data-widget="${acme.widget.publicKey}"`);
    expect(policyOf(answer)['style-src']).toEqual([`'nonce-${nonceOf(answer)}'`]);
  });

  test('is not there in production', async () => {
    await acme.storage.apiKeys.create(apiKeyInput({ keyHash: hashOf('demo') }));
    expect((await supertest(appWith({ production: true })).get('/demo')).status).toBe(404);
  });
});

describe('the dashboard', () => {
  test.each(['/', '/index.html', '/inbox', '/clients/7/widgets'])(
    'is answered to a person who opens %s',
    async (path) => {
      const answer = await supertest(app).get(path).set(page);
      expect(answer).toMatchObject({ status: 200, type: 'text/html' });
      expect(answer.text).toContain('<title>Dashboard</title>');
      expect(answer.headers).toMatchObject({ 'cache-control': 'private, no-cache', 'x-frame-options': 'DENY' });
      expect(policyOf(answer)).toMatchObject({
        'default-src': ["'none'"],
        'script-src': [`'nonce-${nonceOf(answer)}'`, "'strict-dynamic'"],
        'object-src': ["'none'"],
        'base-uri': ["'none'"],
        'require-trusted-types-for': ["'script'"],
        'trusted-types': ["'none'"],
        'style-src': ["'self'"],
        'frame-src': ["'self'"],
        'frame-ancestors': ["'none'"],
      });
    },
  );

  test('has another nonce in each answer, also for who has asked before', async () => {
    const ask = () => supertest(app).get('/').set(page);
    const answers = [await ask(), await ask(), await ask()];
    expect(new Set(answers.map(nonceOf)).size).toBe(3);
    for (const { headers } of answers) expect(headers).not.toHaveProperty('etag');
  });

  test.each(['/', '/inbox'])('is answered at %s to whoever takes anything', async (path) => {
    expect(await supertest(app).get(path).set({ accept: '*/*' })).toMatchObject({ status: 200, type: 'text/html' });
  });

  test.each([
    ['a program', '/inbox', { accept: 'application/json' }],
    ['a program that takes anything', '/nothing', { accept: '*/*' }],
    ['a person in the API', '/api/nothing', page],
  ])('is not answered to %s', async (_who, path, headers) => {
    expect((await supertest(app).get(path).set(headers)).status).toBe(404);
  });

  test('asks for its other files each time', async () => {
    const answer = await supertest(app).get('/theme.js');
    expect(answer).toMatchObject({ status: 200, text: 'theme()' });
    expect(answer.headers['cache-control']).toBe('no-cache');
  });

  test('says how to build it when it is not built', async () => {
    await rm(join(folder, 'dashboard'), { recursive: true });
    const answer = await supertest(app).get('/').set(page);
    expect(answer.status).toBe(503);
    expect(answer.text).toContain('<code>npm run build</code>');
  });

  test('is reached by HTTPS alone once it was, where its address is an https one', async () => {
    const answer = await supertest(appWith({ publicUrl: 'https://chat.example' }))
      .get('/')
      .set(page);
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
    expect(policyOf(answer)['connect-src']).toEqual(["'self'", 'wss://chat.example']);
  });
});
