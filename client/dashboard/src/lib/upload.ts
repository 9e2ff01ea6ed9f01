import type { AnswerOf, CallOf, Endpoint } from '../../../../shared/contracts/endpoint.ts';
import { problemFrom } from './api.ts';
import { NoAnswerError } from './problem.ts';
import { buildUrl } from './url.ts';

export interface Upload<E extends Endpoint> {
  /** The view that is answered. Fails as `call` does. */
  answer: Promise<AnswerOf<E>>;
  /** Calls it off; the promise then never settles. */
  cancel: () => void;
}

/** Sends a file's bytes to an endpoint that takes them, telling how far it is, from 0 to 1. */
export function upload<E extends Endpoint>(
  endpoint: E,
  input: { params: CallOf<E>['params']; query: CallOf<E>['query'] },
  file: Blob,
  onProgress: (done: number) => void,
): Upload<E> {
  const request = new XMLHttpRequest();
  const answer = new Promise<AnswerOf<E>>((resolve, reject) => {
    request.open(
      endpoint.method,
      buildUrl(endpoint.path, { ...(input.params as object) }, { ...(input.query as object) }),
    );
    request.setRequestHeader('accept', 'application/json');
    request.setRequestHeader('content-type', file.type === '' ? 'application/octet-stream' : file.type);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onerror = () => reject(new NoAnswerError(null));
    request.ontimeout = request.onerror;
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as AnswerOf<E>);
      else reject(problemFrom(request.status, (name) => request.getResponseHeader(name), request.responseText));
    };
    request.send(file);
  });
  return { answer, cancel: () => request.abort() };
}
