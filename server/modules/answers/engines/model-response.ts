const bodyBytesMax = 4_000_000;

/**
 * A response of a model's endpoint that can be read as a stream whatever it is: an endpoint that does not stream answers
 * with one JSON object, which becomes a stream of one piece; a body without an end is cut off.
 */
export async function openSafely(response: Response): Promise<Response> {
  const { body, status, headers } = response;
  if (!body) return response;
  const bounded = body.pipeThrough(boundedTo(bodyBytesMax));
  const isJson = /\bapplication\/json\b/i.test(headers.get('content-type') ?? '');
  if (!response.ok || !isJson) return new Response(bounded, { status, headers: plainHeaders(headers) });
  const text = await new Response(bounded).text();
  return new Response(`data: ${JSON.stringify(asChunk(JSON.parse(text)))}\n\ndata: [DONE]\n\n`, {
    status,
    headers: { 'content-type': 'text/event-stream' },
  });
}

function boundedTo(bytesMax: number): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(part, controller) {
      bytes += part.byteLength;
      if (bytes > bytesMax) controller.error(new Error('The answer is too large.'));
      else controller.enqueue(part);
    },
  });
}

/** The body is decoded already. */
function plainHeaders(headers: Headers): Headers {
  const plain = new Headers(headers);
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) plain.delete(name);
  return plain;
}

interface Whole {
  error?: unknown;
  choices?: { message?: unknown; finish_reason?: unknown }[];
}

function asChunk(whole: Whole | null): unknown {
  const choices = Array.isArray(whole?.choices) ? whole.choices : [];
  return {
    ...whole,
    choices: choices.slice(0, 1).map(({ message, finish_reason }) => ({
      index: 0,
      delta: message,
      finish_reason: finish_reason ?? 'stop',
    })),
  };
}
