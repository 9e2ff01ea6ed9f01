import type { Deps } from '../../deps.ts';
import type { Route } from '../../http/route.ts';
import type { JobHandler } from '../../jobs/job-handler.ts';
import { createGuardedFetch } from '../../lib/guarded-fetch.ts';
import type { Engines } from './answer-chain.ts';
import { answerHandler } from './answer-question.ts';
import { answersRoutes } from './answers.routes.ts';
import { createEngines } from './create-engines.ts';
import { type Fetch, guardedRequest } from './guarded-request.ts';
import { modelsRoutes } from './models.routes.ts';
import { usualReply } from './usual-reply.ts';
import { workflowsRoutes } from './workflows.routes.ts';

type AnsweringDeps = Pick<Deps, 'config' | 'secrets' | 'storage' | 'bus' | 'now' | 'newId' | 'embedder'>;

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
    given.guardedFetch ?? guardedRequest(createGuardedFetch({ allowPrivate: deps.config.fetchAllowPrivate }));
  const engines = given.engines ?? createEngines({ ...deps, guardedFetch });
  return {
    routes: [
      ...answersRoutes({ ...deps, engines }),
      ...modelsRoutes({ ...deps, guardedFetch }),
      ...workflowsRoutes({ ...deps, guardedFetch }),
    ],
    handler: answerHandler({ ...deps, engines, usualReplyMs: (own) => usualReply(own, deps.now()) }),
  };
}
