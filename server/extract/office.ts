import { posix } from 'node:path';
import { ExtractionError } from './extracted.ts';
import { languageOf, type ReadDocument } from './reading.ts';
import { readXml } from './xml.ts';
import type { GuardedZip } from './zip.ts';

/** What an Office file of 2007 and later is, by its main part. */
export interface OfficeMain {
  kind: 'docx' | 'xlsx' | 'pptx';
  path: string;
}

const usual: OfficeMain[] = [
  { kind: 'docx', path: 'word/document.xml' },
  { kind: 'xlsx', path: 'xl/workbook.xml' },
  { kind: 'pptx', path: 'ppt/presentation.xml' },
];

/** Finds the main part. @throws ExtractionError for archives and formats that are not read, with what to do instead. */
export async function findOfficeMain(zip: GuardedZip): Promise<OfficeMain> {
  const found = usual.find(({ path }) => zip.has(path));
  if (found) return found;
  const main = [...(await relationsOf(zip, '')).values()].find(({ type }) => type.endsWith('/officeDocument'));
  if (main && zip.has(main.path)) {
    const root = rootName((await zip.read(main.path))!);
    const kind = ({ document: 'docx', workbook: 'xlsx', presentation: 'pptx', other: undefined } as const)[root];
    if (kind) return { kind, path: main.path };
  }
  throw new ExtractionError(await whyNot(zip));
}

async function whyNot(zip: GuardedZip): Promise<string> {
  if (zip.has('xl/workbook.bin')) return 'The file is a binary Excel workbook (XLSB). Save it as XLSX and upload that.';
  const mimetype = zip.has('mimetype') ? String(await zip.read('mimetype')) : '';
  if (mimetype.includes('opendocument.spreadsheet')) {
    return 'The file is an OpenDocument spreadsheet (ODS). Save it as XLSX or CSV and upload that.';
  }
  if (mimetype.includes('opendocument')) {
    return 'The file is in OpenDocument format. Save it as DOCX or PDF and upload that.';
  }
  if (mimetype.includes('epub')) return 'The file is an e-book (EPUB). Convert it to PDF or DOCX and upload that.';
  if (zip.names().some((name) => /\.iwa$|^Index\.zip$/.test(name))) {
    return 'The file is from Pages, Numbers or Keynote. Export it as PDF, DOCX or XLSX and upload that.';
  }
  return 'The file is an archive. Unpack it and upload the documents in it.';
}

function rootName(bytes: Buffer): 'document' | 'workbook' | 'presentation' | 'other' {
  const root = /<(?:\w+:)?(document|workbook|presentation)[\s>]/.exec(bytes.subarray(0, 4_096).toString('utf8'));
  return (root?.[1] as 'document' | undefined) ?? 'other';
}

/** The parts that a part refers to, by relation id; of the whole package for the empty path. */
export async function relationsOf(zip: GuardedZip, path: string): Promise<Map<string, { type: string; path: string }>> {
  const folder = posix.dirname(path);
  const bytes = await zip.read(
    path === '' ? '_rels/.rels' : posix.join(folder, '_rels', `${posix.basename(path)}.rels`),
  );
  const relations = new Map<string, { type: string; path: string }>();
  if (!bytes) return relations;
  readXml(bytes, {
    open(name, { Id, Type, Target, TargetMode }) {
      if (name !== 'Relationship' || !Id || !Target || TargetMode === 'External') return;
      const target = Target.startsWith('/') ? Target.slice(1) : posix.join(folder, Target);
      relations.set(Id, { type: Type ?? '', path: target });
    },
  });
  return relations;
}

/** The title and language that the author gave the document. */
export async function officeProperties(zip: GuardedZip): Promise<Pick<ReadDocument, 'title' | 'language'>> {
  const bytes = await zip.read('docProps/core.xml');
  const found: Record<string, string> = {};
  if (bytes) {
    let current = '';
    readXml(bytes, {
      open: (name) => {
        current = name;
      },
      close: () => {
        current = '';
      },
      text: (text) => {
        found[current] = (found[current] ?? '') + text;
      },
    });
  }
  return { title: found.title?.trim() || null, language: languageOf(found.language) };
}
