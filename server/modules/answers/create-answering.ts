import type { Deps } from '../../deps.ts';
import type { Route } from '../../http/route.ts';
import type { JobHandler } from '../../jobs/job-handler.ts';
import { createGuardedFetch } from '../../lib/guarded-fetch.ts';
import { tracedFetch } from '../../tracing/traced-fetch.ts';
import type { Engines } from './answer-chain.ts';
import { answerHandler } from './answer-question.ts';
import { answersRoutes } from './answers.routes.ts';
import { createEngines } from './create-engines.ts';
import { watchedEngines } from './engines/watched-engines.ts';
import { type Fetch, guardedRequest } from './guarded-request.ts';
import { modelsRoutes } from './models.routes.ts';
import { usualReply } from './usual-reply.ts';
import { workflowsRoutes } from './workflows.routes.ts';

type AnsweringDeps = Pick<Deps, 'config' | 'secrets' | 'storage' | 'bus' | 'now' | 'newId' | 'embedder' | 'measures'>;

interface Answering {
  routes: Route[];
  handler: JobHandler;
}

/** All of answering: what the API offers, and who works on the questions. A test gives engines and ways out of its own. */
export function createAnswering(
  deps: AnsweringDeps,
  given: { engines?: Engines; guardedFetch?: Fetch } = {},
): Answering {
  const guardedFetch =
    given.guardedFetch ??
    tracedFetch(guardedRequest(createGuardedFetch({ allowPrivate: deps.config.fetchAllowPrivate })));
  const engines = watchedEngines(given.engines ?? createEngines({ ...deps, guardedFetch }), deps.measures);
  return {
    routes: [
      ...answersRoutes({ ...deps, engines }),
      ...modelsRoutes({ ...deps, guardedFetch }),
      ...workflowsRoutes({ ...deps, guardedFetch }),
    ],
    handler: answerHandler({ ...deps, engines, usualReplyMs: (own) => usualReply(own, deps.now()) }),
  };
}
