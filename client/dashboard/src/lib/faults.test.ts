import { describe, expect, it } from 'vitest';
import { countFaultsAt, faultAt, faultsOf, noFaults, sentencesBeside, withoutFaultsAt } from './faults.ts';
import { ProblemError } from './problem.ts';

const refused = (errors: { detail: string; pointer?: string; parameter?: string }[]) =>
  new ProblemError({
    type: '/problems#validation-failed',
    title: 'The request does not fit the contract.',
    status: 400,
    detail: 'See errors.',
    requestId: 'r1',
    errors,
  });

describe('faults at fields', () => {
  it('finds the fault of a field whether its pointer came plain or as a URI fragment', () => {
    const faults = faultsOf(
      refused([
        { pointer: '/appearance/offsetX', detail: 'At most 500.' },
        { pointer: '#/business%20hours', detail: 'Must be set.' },
      ]),
    );
    expect(faultAt(faults, '/appearance/offsetX')).toBe('At most 500.');
    expect(faultAt(faults, '/business hours')).toBe('Must be set.');
    expect(faultAt(faults, '/appearance')).toBeUndefined();
  });

  it('joins several faults of one field in the order they came', () => {
    const faults = faultsOf(
      refused([
        { pointer: '/name', detail: 'Must not be empty.' },
        { pointer: '/name', detail: 'At most 200 characters.' },
      ]),
    );
    expect(faultAt(faults, '/name')).toBe('Must not be empty. At most 200 characters.');
  });

  it('shows the faults inside a list at the list, each sentence once, and not those of a namesake', () => {
    const faults = faultsOf(
      refused([
        { pointer: '/allowedSites/0', detail: 'Must be a host.' },
        { pointer: '/allowedSites/3', detail: 'Must be a host.' },
        { pointer: '/allowedSitesMax', detail: 'Other.' },
      ]),
    );
    expect(faultAt(faults, '/allowedSites', { deep: true })).toBe('Must be a host.');
    expect(countFaultsAt(faults, ['/allowedSites'])).toBe(2);
  });

  it('forgets the faults of what is edited and keeps the same map when there are none', () => {
    const faults = faultsOf(
      refused([
        { pointer: '/preChat/fields/2/label', detail: 'Must not be empty.' },
        { pointer: '/name', detail: 'Must not be empty.' },
      ]),
    );
    expect([...withoutFaultsAt(faults, '/preChat/fields').keys()]).toEqual(['/name']);
    expect(withoutFaultsAt(faults, '/color')).toBe(faults);
  });

  it('has none for errors that are no problem documents', () => {
    expect(faultsOf(new Error('x'))).toEqual(noFaults);
  });
});

describe('sentences beside the fields', () => {
  it('are the faults that no field of the form shows, with where they are', () => {
    const error = refused([
      { pointer: '/name', detail: 'Must not be empty.' },
      { pointer: '/other/thing', detail: 'Unknown.' },
      { parameter: 'clientId', detail: 'Must be an id (UUID).' },
    ]);
    expect(sentencesBeside(error, ['/name'])).toEqual(['other/thing: Unknown.', 'clientId: Must be an id (UUID).']);
  });

  it('are the problem’s own sentence when it lists no faults', () => {
    const error = new ProblemError({
      type: '/problems#wrong-credentials',
      title: 'Email address or password is wrong.',
      status: 401,
      detail: 'Check both.',
      requestId: 'r1',
    });
    expect(sentencesBeside(error, ['/email'])).toEqual(['Check both.']);
    expect(error.code).toBe('wrong-credentials');
  });
});
