import { AlignLeft, FileUp, Globe, type LucideIcon, MessageCircleQuestion, Network } from 'lucide-react';

export type WayToAdd = 'files' | 'page' | 'site' | 'text' | 'qa';

/** The five ways in which knowledge comes in, in the order in which most people need them. */
export const waysToAdd: readonly { id: WayToAdd; label: string; hint: string; icon: LucideIcon }[] = [
  {
    id: 'files',
    label: 'Files',
    hint: 'PDF, Word, Excel, CSV, HTML, Markdown, text, JSON. Several at once; drop them anywhere here.',
    icon: FileUp,
  },
  { id: 'page', label: 'Web page', hint: 'One address, read without menus and footers.', icon: Globe },
  { id: 'site', label: 'Whole site', hint: 'Its pages by sitemap and links, within limits you set.', icon: Network },
  { id: 'text', label: 'Text', hint: 'Write or paste it here.', icon: AlignLeft },
  {
    id: 'qa',
    label: 'Questions and answers',
    hint: 'Pairs that are answered word for word. Also from a CSV.',
    icon: MessageCircleQuestion,
  },
];

/** What the file picker offers; the server looks at the content. */
export const acceptedFiles =
  '.pdf,.docx,.xlsx,.pptx,.csv,.tsv,.parquet,.html,.htm,.md,.markdown,.txt,.json,application/pdf,text/plain,text/csv,text/html,text/markdown,application/json';
