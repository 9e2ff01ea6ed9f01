import { expect, test } from 'vitest';
import { limits } from '../../../../shared/limits.ts';
import { createFileShelf, fileFault, fileLimits, nameCharsMax } from './files.ts';

test('the limits are those of the server', () => {
  expect(fileLimits.bytes).toBe(limits.attachmentBytesMax);
  expect(fileLimits.perMessage).toBe(limits.attachmentsPerMessageMax);
  expect(nameCharsMax).toBe(limits.attachmentNameCharsMax);
});

test('what the server would refuse is told before anything goes up', () => {
  expect(fileFault({ name: 'photo.JPG', size: 1 })).toBeUndefined();
  expect(fileFault({ name: 'a.tar.zip', size: fileLimits.bytes })).toBeUndefined();
  expect(fileFault({ name: 'film.png', size: fileLimits.bytes + 1 })).toBe('fileSize');
  expect(fileFault({ name: 'page.html', size: 1 })).toBe('fileType');
  expect(fileFault({ name: 'README', size: 1 })).toBe('fileType');
  expect(fileFault({ name: 'empty.txt', size: 0 })).toBe('fileType');
});

test('bytes are kept as they were when the file was given, and only until they are dropped', async () => {
  const shelf = createFileShelf();
  shelf.put('a', new Blob(['tea']), true);
  expect(await (await shelf.get('a'))?.text()).toBe('tea');
  shelf.drop('a');
  expect(await shelf.get('a')).toBeNull();
  expect(await shelf.get('unknown')).toBeNull();
});
