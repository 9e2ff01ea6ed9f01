import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Request, Response } from 'express';
import { LRUCache } from 'lru-cache';

/** A built file in memory, with its compressed forms made on first use. */
export interface ServedFile {
  type: string;
  text(): string;
  /** Bytes in the best encoding the caller takes; `etag` belongs to these very bytes. */
  bodyFor(acceptEncoding: string): Promise<{ bytes: Buffer; encoding: string | undefined; etag: string }>;
}

export interface ServedFolder {
  /** By its path in the folder, with `/` between; undefined when there is none. */
  find(path: string): Promise<ServedFile | undefined>;
}

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.mp3': 'audio/mpeg',
};

const isCompressible = (type: string) => /^text\/|json|svg/.test(type);
const filesMax = 500;

/**
 * The files of a build. Each is read once, and again when a new build has replaced it; compressed as a whole, as hard
 * as the format allows, since that is done once.
 */
export function createServedFolder(folder: string): ServedFolder {
  const files = new LRUCache<string, { changedAtMs: number; file: ServedFile }>({ max: filesMax });
  return {
    async find(path) {
      const type = types[extname(path)];
      const absolute = join(folder, path);
      if (!type || !absolute.startsWith(folder + sep) || path.includes('\0')) return undefined;
      const found = await stat(absolute).catch(() => undefined);
      if (!found?.isFile()) return undefined;
      const known = files.get(path);
      if (known?.changedAtMs === found.mtimeMs) return known.file;
      const file = serve(await readFile(absolute), type);
      files.set(path, { changedAtMs: found.mtimeMs, file });
      return file;
    },
  };
}

const encoders = {
  br: (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes, { level: 9 }),
} as const;

function serve(bytes: Buffer, type: string): ServedFile {
  const tag = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  const encoded = new Map<string, Promise<Buffer>>();
  return {
    type,
    text: () => bytes.toString(),
    async bodyFor(acceptEncoding) {
      const encoding = isCompressible(type) ? bestEncoding(acceptEncoding) : undefined;
      if (!encoding) return { bytes, encoding, etag: `"${tag}"` };
      const made = encoded.get(encoding) ?? encoders[encoding](bytes);
      encoded.set(encoding, made);
      return { bytes: await made, encoding, etag: `"${tag}-${encoding}"` };
    },
  };
}

/** What the caller says it takes; a weight of 0 means it does not. */
function bestEncoding(acceptEncoding: string): 'br' | 'gzip' | undefined {
  const taken = acceptEncoding
    .toLowerCase()
    .split(',')
    .map((part) => part.trim())
    .filter((part) => !/;\s*q=0(\.0*)?$/.test(part))
    .map((part) => part.split(';', 1)[0]);
  return (['br', 'gzip'] as const).find((encoding) => taken.includes(encoding));
}

/** Answers with the file, or with 304 when the caller has these bytes already. */
export async function sendFile(
  request: Request,
  response: Response,
  file: ServedFile,
  headers: Record<string, string>,
): Promise<void> {
  const body = await file.bodyFor(request.get('accept-encoding') ?? '');
  const known = request
    .get('if-none-match')
    ?.split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''));
  response.set({ ...headers, ETag: body.etag, Vary: 'Accept-Encoding' });
  if (known?.includes(body.etag)) response.status(304).end();
  else write(request, response, file, body);
}

function write(
  request: Request,
  response: Response,
  { type }: ServedFile,
  { bytes, encoding }: { bytes: Buffer; encoding: string | undefined },
): void {
  response.set({
    'X-Content-Type-Options': 'nosniff',
    'Content-Type': type,
    'Content-Length': String(bytes.length),
    ...(encoding && { 'Content-Encoding': encoding }),
  });
  if (request.method === 'HEAD') response.end();
  else response.end(bytes);
}
