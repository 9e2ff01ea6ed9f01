import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { ExtractionError, limitReasons } from './extracted.ts';
import { nameWithoutEnding, newBuilder, type ReadDocument, type Reading, wholePart } from './reading.ts';

/** Parquet: a block of `column: value` lines for each row. */
export async function readParquet(bytes: Buffer, reading: Reading): Promise<ReadDocument> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  let rows: Record<string, unknown>[];
  try {
    const size = parquetMetadata(file).row_groups.reduce((sum, group) => sum + Number(group.total_byte_size), 0);
    if (size > reading.limits.inflatedBytesMax) throw new ExtractionError(limitReasons.inflated(reading.limits));
    rows = await parquetReadObjects({ file, compressors: compressors(reading.limits.inflatedBytesMax) });
  } catch (error) {
    if (error instanceof ExtractionError) throw error;
    throw new ExtractionError('The Parquet file is damaged or packed in a way that is not read. Save it as CSV.');
  }
  const builder = newBuilder(reading);
  for (const row of rows) {
    const lines = Object.entries(row).map(([name, value]) => [name, show(value)] as const);
    builder.block(lines.flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${value}`])).join('\n'));
  }
  return { title: null, language: null, parts: [wholePart(nameWithoutEnding(reading.name), builder)] };
}

function compressors(maxOutputLength: number) {
  return {
    GZIP: (input: Uint8Array) => new Uint8Array(gunzipSync(input, { maxOutputLength })),
    BROTLI: (input: Uint8Array) => new Uint8Array(brotliDecompressSync(input, { maxOutputLength })),
  };
}

function show(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? '' : value.toISOString().replace(/T00:00:00\.000Z$/, '');
  if (value instanceof Uint8Array) return '';
  if (typeof value === 'object') {
    return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? inner.toString() : inner));
  }
  return String(value);
}
