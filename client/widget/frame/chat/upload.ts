import { ApiError } from './api.ts';

/** A request that brings nothing forward for so long is broken off. */
const patienceMs = 30_000;

/**
 * Sends the bytes, and answers what the server says to them. `progressed` is told the share that has gone up; a `signal`
 * that aborts breaks it off. Throws `ApiError`.
 */
export function upload<Answer>(
  path: string,
  token: string,
  bytes: Blob,
  { progressed, signal }: { progressed(share: number): void; signal: AbortSignal },
): Promise<Answer> {
  // Only this way of asking tells how much has gone up.
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const breakOff = () => request.abort();
    let patience: ReturnType<typeof setTimeout>;
    const goesOn = () => {
      clearTimeout(patience);
      patience = setTimeout(breakOff, patienceMs);
    };
    request.open('POST', path);
    request.setRequestHeader('authorization', `Bearer ${token}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => {
      goesOn();
      progressed(loaded / total);
    };
    request.onloadend = () => {
      clearTimeout(patience);
      signal.removeEventListener('abort', breakOff);
      if (request.status === 201 && request.response) resolve(request.response);
      else reject(new ApiError(request.status, 1000 * Number(request.getResponseHeader('retry-after')) || 0));
    };
    signal.addEventListener('abort', breakOff);
    if (signal.aborted) breakOff();
    goesOn();
    request.send(bytes);
  });
}
