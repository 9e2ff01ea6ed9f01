import { describe, expect, it } from 'vitest';
import { widgetDefaults } from '../../../../../shared/widget-settings.ts';
import { changesOf, configOf, isSameJson, type WidgetSettings } from './settings-draft.ts';

const saved = structuredClone({ name: 'Shop', ...widgetDefaults }) as unknown as WidgetSettings;

describe('a draft of settings', () => {
  it('is a change of exactly what differs, with objects whole', () => {
    expect(changesOf(saved, structuredClone(saved))).toEqual({});
    const draft = { ...saved, color: '#112233', appearance: { ...saved.appearance, offsetX: 7 } };
    expect(changesOf(saved, draft)).toEqual({ color: '#112233', appearance: { ...saved.appearance, offsetX: 7 } });
  });

  it('is no change when an optional member is merely spelled out as undefined', () => {
    expect(changesOf(saved, { ...saved, engineSettings: { model: undefined } })).toEqual({});
  });

  it('shows the frame only what visitors may know', () => {
    const config = configOf({ ...saved, systemPrompt: 'secret', suggestedQuestions: ['Hours?', ' '] });
    expect(JSON.stringify(config)).not.toContain('secret');
    expect(config.suggestedQuestions).toEqual(['Hours?']);
    expect(config).not.toHaveProperty('allowedSites');
    const half = configOf({ ...saved, appearance: { ...saved.appearance, avatarUrl: 'htt' } });
    expect(half.appearance.avatarUrl).toBe('');
  });
});

describe('sameness of JSON values', () => {
  it('minds the order of lists and not of members', () => {
    expect(isSameJson({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
    expect(isSameJson([1, 2], [2, 1])).toBe(false);
    expect(isSameJson([], {})).toBe(false);
    expect(isSameJson({ a: 1 }, { b: 1 })).toBe(false);
    expect(isSameJson(null, {})).toBe(false);
  });
});
