/**
 * A process of its own that owns a Postgres: forked by tests with what to start, answers where it runs or why it does
 * not, and then lives until it is told to exit or killed.
 */
import { startCluster } from './cluster.ts';
import { openEmbedded } from './embedded.ts';
import { findPrograms } from './find-programs.ts';

const [kind, place] = process.argv.slice(2);

process.on('message', () => process.exit(0));
try {
  if (kind === 'embedded') {
    const { url } = await openEmbedded(place);
    process.send?.({ url });
  } else {
    const cluster = await startCluster({ programs: await findPrograms({ bin: place }), durable: false });
    process.send?.({ url: cluster.adminUrl, pid: cluster.pid, socketDir: cluster.socketDir });
  }
} catch (error) {
  process.send?.({ error: (error as Error).message });
  process.disconnect();
}
