import { describe, expect, it } from 'vitest';
import type { WidgetFindingView } from '../../../../../shared/contracts/doctor.ts';
import { installFaults } from '../../../../../shared/install-vocabulary.ts';
import { widgetDefaults } from '../../../../../shared/widget-settings.ts';
import { remedyOf } from './remedy.ts';

const widget = {
  publicKey: 'wk_1',
  embedCode: '<script async src="https://chat.example.com/widget.js" data-widget="wk_1"></script>',
  appearance: { ...widgetDefaults.appearance, zIndex: 100 },
};
const finding = (kind: WidgetFindingView['kind'], detail: string | null = null): WidgetFindingView => ({
  ...{ kind, detail, origin: 'https://www.shop.example', count: 1, solvedAt: null },
  ...{ firstSeenAt: '2026-01-01T00:00:00Z', lastSeenAt: '2026-01-02T00:00:00Z' },
});

describe('the remedy of a finding', () => {
  it('says for every fault what it is, what visitors notice, and what to paste or to set', () => {
    for (const kind of installFaults) {
      const { title, cause, paste, setting } = remedyOf(finding(kind), widget);
      expect(title.length, kind).toBeGreaterThan(10);
      expect(cause.length, kind).toBeGreaterThan(30);
      if (kind !== 'widget-inactive') expect(paste ?? setting, kind).toBeDefined();
    }
  });

  it('gives the whole directive with the address of Confab', () => {
    expect(remedyOf(finding('csp-frame', 'frame-src'), widget).paste?.text).toBe(
      "frame-src 'self' https://chat.example.com;",
    );
    const stoodIn = remedyOf(finding('csp-connect', 'default-src'), widget).paste;
    expect(stoodIn?.text).toBe("connect-src 'self' https://chat.example.com;");
    expect(stoodIn?.label).toContain('so far default-src stands in for it');
  });

  it('names the line of the allowed sites', () => {
    expect(remedyOf(finding('site-not-allowed'), widget).setting).toEqual({ kind: 'allow', site: 'www.shop.example' });
  });

  it('says which of two tags goes', () => {
    expect(remedyOf(finding('two-hosts', 'https://old.example'), widget).paste).toEqual({
      label: 'Remove this line',
      text: '<script async src="https://old.example/widget.js" data-widget="wk_1"></script>',
    });
    expect(remedyOf(finding('two-hosts', 'https://chat.example.com'), widget).paste?.text).toBe(widget.embedCode);
  });

  it('raises the launcher only as far as it can be raised', () => {
    expect(remedyOf(finding('launcher-covered'), widget).paste?.text).toBe('2147483647');
    const highest = { ...widget, appearance: { ...widget.appearance, zIndex: 2_147_483_647 } };
    expect(remedyOf(finding('launcher-covered'), highest).paste?.text).toBe('z-index: 2147483646;');
  });
});
