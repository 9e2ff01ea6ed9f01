import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { type CountedBytes, countBytes } from './counted-bytes.ts';
import type { FileStore } from './file-store.ts';
import { FileStoreError, faultOf } from './file-store-error.ts';

/** A Directus, and where in it files belong. */
export interface DirectusSettings {
  /** Without a trailing slash. */
  url: string;
  /** Id of the folder in Directus; undefined: its root. */
  folder: string | undefined;
}

/** Directus gives its files UUIDs, in lower case. */
const keyForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Short, so that the start ends within 10 s. */
const checkTimeoutMs = 8_000;
const answerTimeoutMs = 20_000;

/**
 * Files in the library of a Directus, over its REST API with a static token. The token's role must be allowed to
 * create, read and delete files.
 * @throws FileStoreError when Directus refuses the token or the folder, or does not answer within 8 s
 */
export async function openDirectusFileStore(settings: DirectusSettings, token: string): Promise<FileStore> {
  const directus = connect(settings.url, token);
  await requireAccess(directus, settings);

  async function remove(key: string): Promise<void> {
    const answer = await directus.ask('remove a file', `/files/${key}`, { method: 'DELETE' });
    if (await isMissing(answer)) return;
    await requireOk('remove a file', answer);
    await answer.body?.cancel();
  }

  return {
    async put(bytes) {
      const counted = countBytes(bytes);
      // By this name the file is found again when the answer with its id does not arrive.
      const name = randomBytes(20).toString('hex');
      try {
        const key = await upload(directus, { name, folder: settings.folder, bytes: counted });
        if (!counted.sourceFault) return { key, sizeBytes: counted.sizeBytes };
        await remove(key);
      } catch (error) {
        await removeNamed(directus, name).catch(() => {});
        if (!counted.sourceFault) throw error;
      }
      throw counted.sourceFault.error;
    },

    async open(key) {
      if (!keyForm.test(key)) return undefined;
      const answer = await directus.ask('read a file', `/assets/${key}`, {
        headers: { 'accept-encoding': 'identity' },
      });
      if (await isMissing(answer)) return undefined;
      await requireOk('read a file', answer);
      return answer.body ? Readable.fromWeb(answer.body as WebStream) : Readable.from([]);
    },

    async stat(key) {
      if (!keyForm.test(key)) return undefined;
      const answer = await directus.ask('look for a file', `/files/${key}?fields=filesize`);
      if (await isMissing(answer)) return undefined;
      await requireOk('look for a file', answer);
      const { data } = (await answer.json()) as { data: { filesize: string | number | null } };
      return { sizeBytes: Number(data.filesize ?? 0) };
    },

    async remove(key) {
      if (keyForm.test(key)) await remove(key);
    },
  };
}

type Directus = ReturnType<typeof connect>;

function connect(url: string, token: string) {
  /** Never follows a redirect: the token and the bytes belong to this address. */
  const send = async (deed: string, path: string, init: RequestInit): Promise<Response> => {
    try {
      const headers = { authorization: `Bearer ${token}`, ...init.headers };
      return await fetch(`${url}${path}`, { ...init, headers, redirect: 'manual' });
    } catch (error) {
      throw new FileStoreError(`Directus at ${url} could not ${deed}: ${faultOf(error)}.`);
    }
  };
  return {
    send,
    /** With a limit on the time to the head of the answer; its body may take as long as it takes. */
    async ask(deed: string, path: string, init: RequestInit = {}, timeoutMs = answerTimeoutMs): Promise<Response> {
      const overdue = new AbortController();
      const timer = setTimeout(() => overdue.abort(new DOMException('no answer', 'TimeoutError')), timeoutMs);
      try {
        return await send(deed, path, { ...init, signal: overdue.signal });
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

async function upload(
  directus: Directus,
  { name, folder, bytes }: { name: string; folder: string | undefined; bytes: CountedBytes },
): Promise<string> {
  const boundary = `confab-${randomBytes(16).toString('hex')}`;
  const answer = await directus.send('keep a file', '/files', {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Readable.toWeb(Readable.from(multipart(boundary, { name, folder, bytes }))) as unknown as ReadableStream,
    duplex: 'half',
  } as RequestInit);
  await requireOk('keep a file', answer);
  const { data } = (await answer.json()) as { data?: { id?: unknown } };
  if (typeof data?.id !== 'string' || !keyForm.test(data.id)) {
    throw new FileStoreError('Directus kept a file without saying under which id.');
  }
  return data.id;
}

/**
 * The file comes last: Directus counts a field after it to the next file. A source that breaks off ends the form all the
 * same, as `bytes` remembers: of a request that is broken off Directus keeps the bytes, where nobody finds them.
 */
async function* multipart(
  boundary: string,
  { name, folder, bytes }: { name: string; folder: string | undefined; bytes: CountedBytes },
): AsyncGenerator<Uint8Array> {
  const part = (disposition: string, rest: string) =>
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n${rest}`);
  yield part('name="title"', `\r\n${name}\r\n`);
  if (folder !== undefined) yield part('name="folder"', `\r\n${folder}\r\n`);
  yield part(`name="file"; filename="${name}"`, 'Content-Type: application/octet-stream\r\n\r\n');
  try {
    yield* bytes;
  } catch (error) {
    if (!bytes.sourceFault) throw error;
  }
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}

/** What an upload that broke off has left, or one whose answer was lost. */
async function removeNamed(directus: Directus, name: string): Promise<void> {
  const filter = encodeURIComponent(JSON.stringify({ filename_download: { _eq: name } }));
  const answer = await directus.ask('look for a file', `/files?fields=id&filter=${filter}`);
  await requireOk('look for a file', answer);
  const { data } = (await answer.json()) as { data: { id: string }[] };
  for (const { id } of data) {
    const removed = await directus.ask('remove a file', `/files/${id}`, { method: 'DELETE' });
    await removed.body?.cancel();
  }
}

/** Directus answers 403 for what is not there, so that nobody learns what is. */
async function isMissing(answer: Response): Promise<boolean> {
  if (answer.status !== 403 && answer.status !== 404) return false;
  await answer.body?.cancel();
  return true;
}

/** The code of an answer that refuses, never its text, which may repeat what was sent. */
async function requireOk(deed: string, answer: Response): Promise<void> {
  if (answer.ok) return;
  const code = await codeOf(answer);
  throw new FileStoreError(`Directus did not ${deed}: status ${answer.status}${code ? `, ${code}` : ''}.`);
}

async function codeOf(answer: Response): Promise<string | undefined> {
  try {
    const { errors } = (await answer.json()) as { errors?: { extensions?: { code?: unknown } }[] };
    const code = errors?.[0]?.extensions?.code;
    return typeof code === 'string' ? code : undefined;
  } catch {
    return undefined;
  }
}

async function requireAccess(directus: Directus, { url, folder }: DirectusSettings): Promise<void> {
  const look = async (path: string) => {
    const answer = await directus.ask('be reached', path, {}, checkTimeoutMs);
    await answer.body?.cancel();
    return answer;
  };
  const [files, found] = await Promise.all([
    look('/files?limit=1&fields=id'),
    folder === undefined ? undefined : look(`/folders/${encodeURIComponent(folder)}?fields=id`),
  ]);
  if (files.status === 401) {
    throw new FileStoreError(`Directus at ${url} does not know the token: check DIRECTUS_TOKEN.`);
  }
  if (files.status === 403) {
    throw new FileStoreError(
      `The token of DIRECTUS_TOKEN may not read files of Directus at ${url}: its role must create, read and delete them.`,
    );
  }
  if (!files.ok) {
    throw new FileStoreError(
      `At ${url} there is no Directus that lists files (status ${files.status}): check DIRECTUS_URL.`,
    );
  }
  if (found && !found.ok) {
    throw new FileStoreError(
      `Directus at ${url} shows no folder ${folder} to the token: correct DIRECTUS_FOLDER, or let its role read folders.`,
    );
  }
}
