import {
  AlignLeft,
  FileBraces,
  FileCode,
  FileSpreadsheet,
  FileText,
  Globe,
  type LucideIcon,
  MessageCircleQuestion,
  Network,
} from 'lucide-react';
import type { DocumentView } from '../../../../../shared/contracts/knowledge.ts';
import type { DocumentKind } from '../../../../../shared/knowledge-vocabulary.ts';

const kinds: Record<DocumentKind, { label: string; icon: LucideIcon }> = {
  file: { label: 'File', icon: FileText },
  page: { label: 'Web page', icon: Globe },
  site: { label: 'Site', icon: Network },
  text: { label: 'Text', icon: AlignLeft },
  qa: { label: 'Questions and answers', icon: MessageCircleQuestion },
};

/** Files by what their media type or, while that is not known, their name says. */
const fileKinds: readonly { pattern: RegExp; label: string; icon: LucideIcon }[] = [
  { pattern: /pdf$/i, label: 'PDF', icon: FileText },
  { pattern: /wordprocessingml|docx$/i, label: 'Word', icon: FileText },
  { pattern: /spreadsheetml|xlsx$/i, label: 'Excel', icon: FileSpreadsheet },
  { pattern: /presentationml|pptx$/i, label: 'PowerPoint', icon: FileText },
  { pattern: /csv$|tab-separated|tsv$/i, label: 'CSV', icon: FileSpreadsheet },
  { pattern: /parquet/i, label: 'Parquet', icon: FileSpreadsheet },
  { pattern: /x?html?(\+xml)?$/i, label: 'HTML', icon: FileCode },
  { pattern: /markdown|\.md$/i, label: 'Markdown', icon: FileText },
  { pattern: /json/i, label: 'JSON', icon: FileBraces },
  { pattern: /plain|\.txt$/i, label: 'Text file', icon: FileText },
];

/** What a document is, in a word and a picture. */
export function kindOf({ kind, mediaType, name }: Pick<DocumentView, 'kind' | 'mediaType' | 'name'>): {
  label: string;
  icon: LucideIcon;
} {
  if (kind !== 'file') return kinds[kind];
  return fileKinds.find(({ pattern }) => pattern.test(mediaType ?? name)) ?? kinds.file;
}

const counted = (count: number, one: string, many: string) =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** The unit in which a document of this kind is counted. */
export function pagesOf({
  kind,
  mediaType,
  pageCount,
}: Pick<DocumentView, 'kind' | 'mediaType' | 'pageCount'>): string {
  if (kind === 'qa') return counted(pageCount, 'pair', 'pairs');
  if (/spreadsheetml/.test(mediaType ?? '')) return counted(pageCount, 'sheet', 'sheets');
  if (/presentationml/.test(mediaType ?? '')) return counted(pageCount, 'slide', 'slides');
  if (kind === 'site' || /pdf$/.test(mediaType ?? '')) return counted(pageCount, 'page', 'pages');
  return pageCount <= 1 ? '' : counted(pageCount, 'part', 'parts');
}

/** How much of a document answers, as `12 pages`, `3,400 words`, `31 passages`; empty while nothing does. */
export function amountsOf(document: DocumentView): string[] {
  if (document.version === 0) return [];
  return [
    pagesOf(document),
    counted(document.wordCount, 'word', 'words'),
    counted(document.chunkCount, 'passage', 'passages'),
  ].filter((part) => part !== '');
}
