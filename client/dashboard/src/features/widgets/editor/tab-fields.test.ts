import { expect, it } from 'vitest';
import { widgetSettings } from '../../../../../../shared/contracts/widgets.ts';
import { settingNames } from '../settings-draft.ts';
import { allFields } from './tab-fields.ts';

it('knows every setting of the contract', () => {
  expect([...settingNames].sort()).toEqual(Object.keys(widgetSettings).sort());
});

it('gives every setting of the contract a tab, and exactly one', () => {
  expect([...allFields].sort()).toEqual(
    Object.keys(widgetSettings)
      .map((name) => `/${name}`)
      .sort(),
  );
});
