import { type Check, type Finding, green, reasonOf, red, yellow } from '../check.ts';

interface Endpoint {
  baseUrl: string;
  model: string;
  /** Empty: the endpoint wants none. */
  apiKey: string;
}

/** Whether the endpoints of models can be reached, and let this server in. Only `GET /models` is asked: it costs nothing. */
export function modelChecks(given: { model: Endpoint | undefined; embeddings: Endpoint | undefined }): Check[] {
  const { model, embeddings } = given;
  return [
    {
      id: 'model',
      title: 'Language model',
      run: async (signal) =>
        model ? askForModels(model, 'LLM', signal) : green('No LLM_MODEL: owners may enter models of their own.'),
    },
    {
      id: 'embeddings',
      title: 'Model for search by meaning',
      run: async (signal) =>
        embeddings
          ? askForModels(embeddings, 'EMBEDDINGS', signal)
          : green('No EMBEDDINGS_MODEL: passages are found by their words alone.'),
    },
  ];
}

async function askForModels(
  { baseUrl, model, apiKey }: Endpoint,
  prefix: string,
  signal: AbortSignal,
): Promise<Finding> {
  let response: Response;
  try {
    response = await fetch(`${baseUrl.replace(/\/+$/, '')}/models`, {
      headers: apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` },
      redirect: 'error',
      signal,
    });
  } catch (error) {
    return red(
      `The endpoint cannot be reached: ${reasonOf(error)}.`,
      `Correct ${prefix}_BASE_URL, or open the way to it.`,
    );
  }
  const { status } = response;
  if (status === 401 || status === 403) {
    await response.body?.cancel();
    return red(`The endpoint refuses the key (status ${status}).`, `Correct ${prefix}_API_KEY.`);
  }
  if (status >= 500) {
    await response.body?.cancel();
    return red(`The endpoint has a fault (status ${status}).`, 'Look at the state of its provider.');
  }
  if (!response.ok) {
    await response.body?.cancel();
    return yellow(
      `The endpoint answers, and has no list of models (status ${status}).`,
      `If answers fail, correct ${prefix}_BASE_URL: it usually ends in /v1.`,
    );
  }
  const listed = await namesIn(response);
  if (listed === undefined || listed.length === 0)
    return yellow(
      'The endpoint answers, and its list of models cannot be read.',
      `If answers fail, correct ${prefix}_BASE_URL.`,
    );
  if (listed.some((name) => name === model || name === `${model}:latest` || name.endsWith(`/${model}`)))
    return green('The endpoint answers, and knows the model.');
  return yellow(
    `The endpoint answers, and ${model} is not among its ${listed.length} models.`,
    `Correct ${prefix}_MODEL if answers fail.`,
  );
}

async function namesIn(response: Response): Promise<string[] | undefined> {
  try {
    const { data } = (await response.json()) as { data?: { id?: unknown }[] };
    return data?.flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
  } catch {
    return undefined;
  }
}
