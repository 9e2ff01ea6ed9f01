import { describe, expect, it } from 'vitest';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { NewWidget, WidgetPatch } from '../repositories/widgets.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { addClient, addWidget, errorOf, strangeId, widgetInput } from './worlds.ts';

/** Every setting away from its default. */
const everySetting: NewWidget = {
  publicKey: 'wk_every_setting',
  name: 'Größe 😀',
  welcomeMessage: 'Hallo\n<b>“x”</b>',
  systemPrompt: 'x'.repeat(20_000),
  color: '#00ff7f',
  position: 'left',
  theme: 'dark',
  language: 'he',
  voice: 'alloy',
  allowedSites: ['example.com', '*.example.org', '', 'a,b', '{c}', '"d"', 'null', '\\'],
  suggestedQuestions: ['שלום?', "it's; --"],
  appearance: { initials: 'CF', avatarUrl: 'https://x', offsetX: -1, offsetY: 0, zIndex: 5, launcherText: 'Ask' },
  businessHours: {
    enabled: true,
    timeZone: 'Europe/Berlin',
    days: { mon: { from: '09:00', to: '17:30' } },
    awayText: 'Later',
  },
  preChat: {
    enabled: true,
    fields: [{ name: 'mail', label: 'Mail', type: 'select', required: true, options: ['a', ''] }],
  },
  retrieval: { enabled: true, sourceUrl: 'https://docs', documentIds: ['1', '2'] },
  engine: 'webhook',
  engineSettings: { webhookUrl: 'https://hook', temperature: 0.1 },
  status: 'pending',
  statusReason: 'because',
  activateAt: new Date(Date.UTC(2026, 7, 8, 9, 10, 11, 12)),
  activatedAt: new Date(Date.UTC(2025, 7, 8, 9, 10, 11, 999)),
};

export function widgetsSuite(open: OpenHarness): void {
  describe('widgets', () => {
    const t = useHarness(open);

    describe('create', () => {
      it('stores every setting', async () => {
        const { client } = await addClient(t.storage);
        const widget = await client.widgets.create(everySetting);
        expect(widget).toEqual({
          ...everySetting,
          clientId: client.clientId,
          id: expect.any(String),
          archivedAt: null,
          createdAt: t.env.now(),
          updatedAt: t.env.now(),
        });
        expect(await client.widgets.find(widget.id.toUpperCase())).toEqual(widget);
      });

      it('takes what is left out for null', async () => {
        const { client } = await addClient(t.storage);
        const widget = await client.widgets.create(widgetInput());
        expect(widget).toMatchObject({ statusReason: null, activateAt: null, activatedAt: null, archivedAt: null });
      });

      it('refuses a public key in use, by whichever client, archived or not', async () => {
        const { client } = await addClient(t.storage);
        const { client: other } = await addClient(t.storage);
        const taken = await addWidget(client);
        await client.widgets.update(taken.id, { archivedAt: t.env.now() });
        for (const storage of [client, other]) {
          const error = await errorOf(storage.widgets.create(widgetInput({ publicKey: taken.publicKey })));
          expect(error).toBeInstanceOf(ConflictError);
          expect(error).toMatchObject({ reason: 'key_taken' });
        }
        expect(await other.widgets.list()).toEqual([]);
      });

      it('gives a key to one of many who ask for it at once', async () => {
        const { client } = await addClient(t.storage);
        const input = widgetInput();
        const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => client.widgets.create(input)));
        expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
      });
    });

    describe('find', () => {
      it('answers undefined when there is none, and archived ones too', async () => {
        const { client } = await addClient(t.storage);
        const widget = await addWidget(client);
        const archived = await client.widgets.update(widget.id, { archivedAt: t.env.now() });
        expect(await client.widgets.find(widget.id)).toEqual(archived);
        expect(await client.widgets.find(strangeId())).toBeUndefined();
      });

      it('answers a copy, also of what is deep inside', async () => {
        const { client } = await addClient(t.storage);
        const input = widgetInput({ suggestedQuestions: ['a'], activateAt: new Date(5) });
        const widget = await client.widgets.create(input);
        const expected = structuredClone(widget);
        for (const one of [input, widget, (await client.widgets.find(widget.id))!, (await client.widgets.list())[0]!]) {
          one.suggestedQuestions.push('b');
          one.preChat.fields.push({ name: 'x', label: 'X', type: 'text', required: false, options: [] });
          one.businessHours.days.tue = { from: '00:00', to: '01:00' };
          one.activateAt?.setTime(0);
        }
        expect(await client.widgets.find(widget.id)).toEqual(expected);
      });
    });

    describe('list', () => {
      it('answers those not archived, or only the archived, earliest first, then by id', async () => {
        const { client } = await addClient(t.storage);
        const made = [];
        for (let n = 0; n < 4; n++) {
          if (n === 2) t.env.setTime(new Date(t.env.now().getTime() - 5));
          made.push(await addWidget(client));
        }
        const [a, b, earlyC, earlyD] = made as [never, (typeof made)[0], never, never];
        const archived = await client.widgets.update(b.id, { archivedAt: t.env.now() });
        expect(await client.widgets.list()).toEqual([earlyC, earlyD, a]);
        expect(await client.widgets.list({})).toEqual([earlyC, earlyD, a]);
        expect(await client.widgets.list({ archived: false })).toEqual([earlyC, earlyD, a]);
        expect(await client.widgets.list({ archived: true })).toEqual([archived]);
      });

      it('is empty when there are none', async () => {
        const { client } = await addClient(t.storage);
        expect(await client.widgets.list()).toEqual([]);
        expect(await client.widgets.list({ archived: true })).toEqual([]);
      });
    });

    describe('update', () => {
      it('changes every field that is given, and updatedAt', async () => {
        const { client } = await addClient(t.storage);
        const widget = await addWidget(client);
        t.env.advance(1);
        const patch = { ...everySetting, publicKey: 'wk_updated', archivedAt: new Date(7) };
        const updated = await client.widgets.update(widget.id, patch);
        expect(updated).toEqual({ ...widget, ...patch, updatedAt: t.env.now() });
        expect(await client.widgets.find(widget.id)).toEqual(updated);
      });

      it('leaves alone what is left out or undefined, and stores null where it is given', async () => {
        const { client } = await addClient(t.storage);
        const widget = await addWidget(client, { statusReason: 'why', activateAt: new Date(1) });
        const patch = { name: undefined, statusReason: undefined, activateAt: null } as unknown as WidgetPatch;
        expect(await client.widgets.update(widget.id, patch)).toEqual({ ...widget, activateAt: null });
        expect(await client.widgets.update(widget.id, {})).toEqual({ ...widget, activateAt: null });
      });

      it('replaces JSON fields whole', async () => {
        const { client } = await addClient(t.storage);
        const widget = await addWidget(client, { engineSettings: { model: 'm', temperature: 1 } });
        const engineSettings = { webhookUrl: 'https://x', model: undefined };
        const updated = await client.widgets.update(widget.id, { engineSettings });
        expect(updated.engineSettings).toStrictEqual({ webhookUrl: 'https://x' });
      });

      it('never touches fields that are not settings', async () => {
        const { client } = await addClient(t.storage);
        const widget = await addWidget(client);
        const patch = { name: 'New', id: strangeId(), clientId: strangeId(), createdAt: new Date(0) };
        expect(await client.widgets.update(widget.id, patch as WidgetPatch)).toEqual({ ...widget, name: 'New' });
      });

      it('throws NotFoundError when there is none', async () => {
        const { client } = await addClient(t.storage);
        const error = await errorOf(client.widgets.update(strangeId(), { name: 'X' }));
        expect(error).toBeInstanceOf(NotFoundError);
        expect(error).toMatchObject({ entity: 'widget' });
      });

      it('refuses a public key in use and changes nothing; the own one may be given', async () => {
        const { client } = await addClient(t.storage);
        const { client: other } = await addClient(t.storage);
        const [widget, taken] = [await addWidget(client), await addWidget(other)];
        const patch = { name: 'X', publicKey: taken.publicKey };
        const error = await errorOf(client.widgets.update(widget.id, patch));
        expect(error).toBeInstanceOf(ConflictError);
        expect(error).toMatchObject({ reason: 'key_taken' });
        expect(await client.widgets.find(widget.id)).toEqual(widget);
        expect(await client.widgets.update(widget.id, { publicKey: widget.publicKey })).toEqual(widget);
      });
    });
  });
}
