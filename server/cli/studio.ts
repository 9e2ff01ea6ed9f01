import { once } from 'node:events';
import { createServer } from 'node:net';
import { parseDatabaseUrl } from '../storage/database/database-url.ts';
import { planTls } from '../storage/database/tls-options.ts';
import { declaredTables, loadDrizzleKit } from './drizzle-kit.ts';
import { withDatabase } from './open-database.ts';
import { CommandError, defineCommand, runAsProcess } from './run-command.ts';

const PORT = 4983;
const HOST = '127.0.0.1';

export const studio = defineCommand({
  name: 'db:studio',
  summary: 'Shows the tables in a browser, with Drizzle Studio, until Ctrl-C. For development only.',
  details: [
    'The page comes from https://local.drizzle.studio and talks to a server on this machine, which lets every page in',
    'your browser read and write the database while it runs.',
  ],
  options: { port: { type: 'text', placeholder: 'PORT', help: `The port of the server, ${PORT} without it.` } },
  async run({ options, config, console }) {
    if (config.production) throw new CommandError('The studio is for development, and NODE_ENV is production.');
    const port = options.port === undefined ? PORT : Number(options.port);
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
      throw new CommandError(`--port ${options.port} is not a port: choose one from 1 to 65535.`);
    }
    const { startStudioPostgresServer } = await loadDrizzleKit();
    await refuseUsedPort(port);
    await withDatabase(config, async (database) => {
      const target = parseDatabaseUrl(database.pool.url);
      const tls = planTls(target, false).options;
      const { host, user, database: name, password } = target;
      const ssl = tls === undefined ? false : (tls as { rejectUnauthorized?: boolean });
      const credentials = { host, port: target.port, user, database: name, ssl, ...(password ? { password } : {}) };
      await startStudioPostgresServer(declaredTables, credentials, { host: HOST, port });
      const address = `https://local.drizzle.studio${port === PORT ? '' : `?port=${port}`}`;
      console.print(`The studio for ${database.name} is at ${address}. Ctrl-C ends it.`);
      await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    });
  },
});

/** drizzle-kit would end the process without a word. */
async function refuseUsedPort(port: number): Promise<void> {
  const probe = createServer().listen(port, HOST);
  try {
    await once(probe, 'listening');
  } catch (error) {
    throw new CommandError(
      `Port ${port} cannot be used (${(error as NodeJS.ErrnoException).code}): end the other program, or choose a port with --port.`,
    );
  } finally {
    probe.close();
  }
}

await runAsProcess(import.meta.url, studio);
