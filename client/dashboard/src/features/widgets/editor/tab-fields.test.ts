import { expect, it } from 'vitest';
import { widgetSettings } from '../../../../../../shared/contracts/widgets.ts';
import { allFields } from './tab-fields.ts';

it('gives every setting of the contract a tab, and exactly one', () => {
  expect([...allFields].sort()).toEqual(
    Object.keys(widgetSettings)
      .map((name) => `/${name}`)
      .sort(),
  );
});
