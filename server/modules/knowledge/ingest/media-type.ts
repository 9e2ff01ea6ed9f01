import { open } from 'node:fs/promises';
import { extname } from 'node:path';

const office = 'application/vnd.openxmlformats-officedocument';
const archives: Record<string, string> = {
  '.docx': `${office}.wordprocessingml.document`,
  '.xlsx': `${office}.spreadsheetml.sheet`,
  '.pptx': `${office}.presentationml.presentation`,
};
const texts: Record<string, string> = {
  '.csv': 'text/csv',
  '.tsv': 'text/tab-separated-values',
  '.html': 'text/html',
  '.htm': 'text/html',
  '.md': 'text/markdown',
  '.markdown': 'text/markdown',
  '.json': 'application/json',
  '.jsonl': 'application/jsonl',
};

/** What to call a file that could be read: by its first bytes, and by its name among kinds that begin alike. */
export async function mediaTypeOf(path: string, name: string): Promise<string> {
  const ending = extname(name).toLowerCase();
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1_024), 0, 1_024, 0);
    const head = buffer.toString('latin1', 0, bytesRead);
    if (head.includes('%PDF-')) return 'application/pdf';
    if (head.startsWith('PK')) return archives[ending] ?? 'application/octet-stream';
    if (head.startsWith('PAR1')) return 'application/vnd.apache.parquet';
    return texts[ending] ?? 'text/plain';
  } finally {
    await file.close();
  }
}
