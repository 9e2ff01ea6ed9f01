import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeDirectus {
  url: string;
  token: string;
  folder: string;
  /** What is kept, whole or not, by id. */
  files: Map<string, FakeFile>;
  /** Method and path of each request, without its query. */
  requests: string[];
  /** The next answer to an upload is lost on its way, after the file was kept. */
  loseNextAnswer(): void;
  stop(): Promise<void>;
}

interface FakeFile {
  filename: string;
  folder: string | undefined;
  type: string | undefined;
  bytes: Buffer;
}

interface Scene {
  files: Map<string, FakeFile>;
  folder: string;
  takeLoss(): boolean;
}

/**
 * Answers the requests that a file store sends the way Directus 12 documents it: the row of an upload is there before
 * its bytes are, a field after the file belongs to the next file, and what is missing is forbidden.
 */
export async function startFakeDirectus(): Promise<FakeDirectus> {
  const [files, requests] = [new Map<string, FakeFile>(), [] as string[]];
  const [token, folder] = ['static-token-of-directus', randomUUID()];
  let losing = false;
  const takeLoss = () => {
    const lost = losing;
    losing = false;
    return lost;
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://fake');
    requests.push(`${request.method} ${pathname}`);
    if (request.headers.authorization !== `Bearer ${token}`) return refuse(response, 401, 'INVALID_CREDENTIALS');
    answer({ files, folder, takeLoss }, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    folder,
    files,
    requests,
    loseNextAnswer() {
      losing = true;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

async function answer(scene: Scene, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url!, 'http://fake');
  const [, collection, id] = pathname.split('/');
  if (request.method === 'POST' && pathname === '/files') return takeUpload(scene, request, response);
  if (request.method === 'GET' && pathname === '/files') {
    const name = JSON.parse(searchParams.get('filter') ?? '{}').filename_download?._eq;
    const found = [...scene.files].filter(([, file]) => name === undefined || file.filename === name);
    return json(response, 200, { data: found.map(([fileId]) => ({ id: fileId })) });
  }
  if (collection === 'folders') {
    return id === scene.folder ? json(response, 200, { data: { id } }) : refuse(response, 403, 'FORBIDDEN');
  }
  const file = scene.files.get(id ?? '');
  if (!file) return refuse(response, 403, 'FORBIDDEN');
  if (collection === 'assets') {
    response.writeHead(200, { 'content-type': file.type, 'content-length': file.bytes.length });
    response.end(file.bytes);
  } else if (request.method === 'DELETE') {
    scene.files.delete(id!);
    response.writeHead(204).end();
  } else {
    json(response, 200, { data: { filesize: String(file.bytes.length) } });
  }
}

async function takeUpload(scene: Scene, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(request.headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) return refuse(response, 415, 'UNSUPPORTED_MEDIA_TYPE');
  const id = randomUUID();
  let received = Buffer.alloc(0);
  try {
    for await (const part of request) {
      received = Buffer.concat([received, part]);
      keep();
    }
  } catch {
    // The sender broke off: what has arrived stays, as it does in Directus.
  }
  if (!received.toString('latin1').endsWith(`\r\n--${boundary}--\r\n`)) return void response.destroy();
  const file = keep();
  if (!file) return refuse(response, 400, 'INVALID_PAYLOAD');
  if (scene.takeLoss()) return void response.destroy();
  json(response, 200, { data: { id, filename_download: file.filename, filesize: String(file.bytes.length) } });

  function keep(): FakeFile | undefined {
    const file = readForm(received, boundary!);
    if (file) scene.files.set(id, file);
    return file;
  }
}

/** The first file of a form with the fields before it; undefined when there is none yet. */
function readForm(form: Buffer, boundary: string): FakeFile | undefined {
  const fields = new Map<string, string>();
  let at = `--${boundary}\r\n`.length;
  for (;;) {
    const headEnd = form.indexOf('\r\n\r\n', at);
    if (headEnd < 0) return undefined;
    const head = form.toString('utf8', at, headEnd);
    const end = form.indexOf(`\r\n--${boundary}`, headEnd + 2);
    const body = form.subarray(headEnd + 4, end < 0 ? undefined : Math.max(end, headEnd + 4));
    const filename = /filename="([^"]+)"/.exec(head)?.[1];
    if (filename !== undefined) {
      const type = /content-type: (.+)/i.exec(head)?.[1];
      return { filename, type, folder: fields.get('folder'), bytes: Buffer.from(body) };
    }
    if (end < 0) return undefined;
    fields.set(/ name="([^"]+)"/.exec(head)?.[1] ?? '', body.toString());
    at = end + `\r\n--${boundary}\r\n`.length;
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, status: number, code: string): void {
  json(response, status, { errors: [{ message: 'You do not have permission.', extensions: { code } }] });
}
