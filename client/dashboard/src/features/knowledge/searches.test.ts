import { describe, expect, it } from 'vitest';
import { readDocumentSearch, readPlaygroundSearch, soughtChunk } from './searches.ts';

describe('the addresses of knowledge', () => {
  it('name a passage behind the hash', () => {
    expect(soughtChunk('chunk=0199-ab')).toBe('0199-ab');
    expect(soughtChunk('#chunk=0199-ab')).toBe('0199-ab');
    expect(soughtChunk('main')).toBeNull();
    expect(soughtChunk('')).toBeNull();
  });

  it('name a part by a whole number from 1, and a question', () => {
    expect(readDocumentSearch({ part: '3' })).toEqual({ part: 3 });
    expect(readDocumentSearch({ part: '0' })).toEqual({});
    expect(readDocumentSearch({ part: 'x' })).toEqual({});
    expect(readPlaygroundSearch({ q: 'When?', widget: 'w', more: '1' })).toEqual({ q: 'When?', widget: 'w' });
    expect(readPlaygroundSearch({ q: '' })).toEqual({});
  });
});
