import { expect, it } from 'vitest';
import { fieldNameFrom } from './field-name.ts';

it('makes a name the contract takes from any label', () => {
  expect(fieldNameFrom('Your name', [])).toBe('your_name');
  expect(fieldNameFrom('Größe & Länge?', [])).toBe('gro_e_lange');
  expect(fieldNameFrom('2nd address', [])).toBe('nd_address');
  expect(fieldNameFrom('名前', [])).toBe('field');
  expect(fieldNameFrom('x'.repeat(90), []).length).toBeLessThanOrEqual(40);
});

it('makes each name only once', () => {
  expect(fieldNameFrom('Email', ['email', 'email_2'])).toBe('email_3');
});
