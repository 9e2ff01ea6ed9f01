import type { ClientId } from '../../shared/ids.ts';
import { ExportFileError, type ExportHeader } from './export-format.ts';
import { OrderAndReferences } from './order-and-references.ts';
import { type Progress, unheard } from './progress.ts';
import { readExport } from './read-export.ts';

/** What is in a file that may be imported. */
export interface CheckedExport {
  header: ExportHeader;
  /** Rows by table. */
  counts: Record<string, number>;
  clients: { id: ClientId; name: string }[];
  /** Of everything before the last line. */
  sha256: string;
}

/**
 * Reads a file whole: checksum, counts, version, that each row fits its table, that the rows are in their order and none
 * comes twice, and that everything a row refers to is there.
 * @throws ExportFileError
 */
export async function checkExport(path: string, progress: Progress = unheard): Promise<CheckedExport> {
  progress.step('checking the file');
  const checks = new OrderAndReferences();
  const clients: CheckedExport['clients'] = [];
  let header: ExportHeader | undefined;
  let end: { counts: Record<string, number>; sha256: string } | undefined;
  for await (const entry of readExport(path)) {
    if (entry.kind === 'header') header = entry.header;
    else if (entry.kind === 'end') end = entry;
    const fault = entry.kind === 'row' ? checks.faultOf(entry.table, entry.row) : checks.faultOfBytes(entry.kind);
    if (fault !== undefined) throw new ExportFileError(path, entry.line, fault);
    if (entry.kind === 'row') progress.rows(entry.table, 1);
    if (entry.kind === 'row' && entry.table === 'clients') {
      clients.push({ id: entry.row.id as ClientId, name: entry.row.name as string });
    }
  }
  const scope = header!.scope;
  if (scope !== 'all' && (clients.length !== 1 || clients[0]!.id !== scope.client)) {
    throw new ExportFileError(path, 1, 'it says that it holds one client, and holds others');
  }
  return { header: header!, clients, counts: end!.counts, sha256: end!.sha256 };
}
