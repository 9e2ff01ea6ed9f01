import type { AddressInfo } from 'node:net';
import { createApp } from './app.ts';
import { ConfigError, loadConfig } from './config.ts';
import type { Deps } from './deps.ts';
import { createBus } from './events/bus.ts';
import { connectProcesses } from './events/connect-processes.ts';
import { createFileStore } from './files/create-file-store.ts';
import { measuredFileStore } from './files/measured-file-store.ts';
import { createJobHandlers } from './jobs/handlers.ts';
import { startJobRunner } from './jobs/runner.ts';
import { systemEnvironment } from './lib/clock-and-ids.ts';
import { createEmbedder } from './lib/embeddings.ts';
import { createPasswords } from './lib/passwords.ts';
import { createLogger, createSpeaker } from './logger.ts';
import { createMailer } from './mail/mailer.ts';
import { startFileSweep } from './modules/attachments/sweep-unsent.ts';
import { startConversationWaker } from './modules/conversations/wake-snoozed.ts';
import { demoCredentials } from './modules/demo/demo-credentials.ts';
import { seedDemo } from './modules/demo/seed-demo.ts';
import { createOperator } from './modules/operator/create-operator.ts';
import { startSearchIndexer } from './modules/search/search-indexer.ts';
import { createMeasures } from './modules/system/measures.ts';
import { addProcessGauges } from './modules/system/process-gauges.ts';
import { startDeliveryWorker } from './modules/webhooks/delivery-worker.ts';
import { startActivationScheduler } from './modules/widgets/activation-scheduler.ts';
import { openOperatorDoor } from './moving/operator-door.ts';
import { createStorage, StartError } from './storage/create-storage.ts';
import { startTracing, stopTracing } from './tracing/tracing.ts';

/** The process: configuration, storage, server, signals. Everything it says before it listens is for a person. */
async function main(): Promise<void> {
  const { config, secrets } = loadConfig();
  const log = createLogger(config.logLevel);
  const say = createSpeaker(config);
  await traceIfAsked({ config, secrets, log });
  const measures = createMeasures();
  const files = measuredFileStore(await createFileStore(config, secrets), measures);
  const opened = await createStorage(config, log);
  const deps: Deps = {
    config,
    secrets,
    storage: opened.storage,
    sessionStore: opened.sessionStore,
    files,
    passwords: createPasswords(),
    mailer: secrets.mailServer && createMailer(secrets.mailServer),
    embedder: secrets.embeddings && createEmbedder(secrets.embeddings),
    bus: createBus((name, error) => log.error({ event: 'listener.failed', name, err: error })),
    measures,
    log,
    ...systemEnvironment,
  };
  if (!config.jobs && opened.storage.kind === 'memory') {
    log.warn({ event: 'jobs.nobody' }, 'JOBS=off with data in memory: nobody reads documents or answers questions');
  }
  const seeded = config.demo && (await deps.storage.accounts.isEmpty());
  if (seeded) await seedDemo(deps);

  const { pool, replicaNumbers: replica } = opened;
  const state = () => processes.state();
  const origin = () => config.publicUrl ?? `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const operator = createOperator({ deps, pool, replica, processes: state, origin });
  let peers = () => 0;
  const app = createApp(deps, { pool, replica, operator, peers: () => peers() });
  const processes = await connectProcesses({ deps, pool, realtime: app.realtime });
  peers = () => state().peers;
  addProcessGauges({
    registry: measures.registry,
    processes: state,
    dataDir: config.dataDir,
    storage: () => deps.storage,
  });
  await listen(app.server, config.host, config.port).catch(async (error: unknown) => {
    // The others must not take a start that failed for a process that died.
    await processes.close();
    throw error;
  });
  const background = [
    startActivationScheduler(deps),
    startConversationWaker(deps),
    startFileSweep(deps),
    startSearchIndexer(deps),
  ];
  const jobs = config.jobs ? startJobRunner(deps, createJobHandlers(deps)) : undefined;
  const webhooks = config.jobs ? startDeliveryWorker(deps) : undefined;
  const operatorDoor = await openOperatorDoor(
    { dataDir: config.dataDir, log, access: operator.localAccess },
    { moveTo: opened.moveTo, report: operator.report },
  );
  const { port } = app.server.address() as AddressInfo;
  say(opened.note);
  if (processes.note !== undefined) say(processes.note);
  await sayWhatToOpen(config.publicUrl ?? `http://localhost:${port}`, deps, say);

  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ event: 'stopping', signal });
    const overdue = setTimeout(() => {
      log.error({ event: 'stop.overdue' });
      process.exit(1);
    }, 10_000);
    for (const task of background) task.stop();
    await Promise.all([app.stop(5_000), jobs?.stop(), webhooks?.stop()]);
    await processes.close();
    await operatorDoor.close();
    await opened.stop();
    await stopTracing();
    clearTimeout(overdue);
    log.info({ event: 'stopped' });
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal));
}

function listen(server: ReturnType<typeof createApp>['server'], host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new StartError(`Port ${port} is already in use: stop the other program, or choose a port with PORT=….`)
          : error,
      );
    });
    server.listen(port, host, resolve);
  });
}

async function sayWhatToOpen(origin: string, deps: Deps, say: (line: string) => void): Promise<void> {
  say(`Confab is running at ${origin}`);
  const demoIsThere = deps.config.demo && (await deps.storage.accounts.findUserByEmail(demoCredentials.email));
  if (!demoIsThere) return;
  say(`  Write as a visitor:   ${origin}/demo`);
  say(`  Answer as an agent:   ${origin}/inbox   (${demoCredentials.email} / ${demoCredentials.password})`);
  say(`  API:                  ${origin}/docs    (x-org-key: ${demoCredentials.apiKey})`);
}

/** What sends traces is loaded only here. A server that cannot send them works all the same. */
async function traceIfAsked({ config, secrets, log }: Pick<Deps, 'config' | 'secrets' | 'log'>): Promise<void> {
  if (!config.tracing) return;
  try {
    const { createOtlpTracer } = await import('./tracing/otlp-tracer.ts');
    startTracing(await createOtlpTracer({ ...config.tracing, headers: secrets.tracingHeaders ?? {} }));
  } catch (error) {
    log.warn({ event: 'tracing.not-started', err: error });
  }
}

main().catch((error: unknown) => {
  const isExpected = error instanceof ConfigError || error instanceof StartError;
  process.stderr.write(isExpected ? `${(error as Error).message}\n` : `${(error as Error).stack ?? String(error)}\n`);
  process.exit(1);
});
