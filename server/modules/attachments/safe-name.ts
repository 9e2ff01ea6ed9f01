import { type AttachmentType, attachmentTypes } from '../../../shared/attachment-types.ts';
import { limits } from '../../../shared/limits.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to go
const unprintable = /[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/**
 * The name under which a file is shown and saved: without folders, without what file systems do not take and without
 * characters that are not seen or turn what follows around, and with an ending of what the file is by its content, so
 * that no program opens it as something else.
 */
export function safeName(given: string, kind: AttachmentType): string {
  const last = given.normalize('NFC').split(/[/\\]/).pop() as string;
  const name = last
    .replace(unprintable, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
  const endings: readonly string[] = attachmentTypes[kind];
  const [, stem = name, ending = ''] = /^(.+)\.([^.]*)$/.exec(name) ?? [];
  const fits = endings.includes(ending.toLowerCase());
  const tail = `.${fits ? ending : endings[0]}`;
  const head = cut((fits ? stem : name) || 'file', limits.attachmentNameCharsMax - tail.length);
  return head + tail;
}

/** Never half of a surrogate pair. */
function cut(text: string, charsMax: number): string {
  const near = text.slice(0, charsMax);
  return /[\ud800-\udbff]$/.test(near) ? near.slice(0, -1) : near;
}
