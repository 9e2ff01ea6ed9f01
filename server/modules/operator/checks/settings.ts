import type { Config, Secrets } from '../../../config.ts';
import { type Check, green, red, yellow } from '../check.ts';

/** What can be seen from the settings alone. */
export function settingsChecks(
  { production, publicUrl, cookieSecure, rateLimits }: Config,
  { sessionSecrets, sealingKeys }: Pick<Secrets, 'sessionSecrets' | 'sealingKeys'>,
): Check[] {
  // Those that seal are followed by those that sign.
  const encryptionKeys = sealingKeys.length - sessionSecrets.length;
  const listed = (count: number) => (count === 1 ? 'one' : `${count}, of which all but the first are being replaced`);
  return [
    {
      id: 'secrets',
      title: 'Secrets',
      async run() {
        const seen = `SESSION_SECRET: ${listed(sessionSecrets.length)}. ENCRYPTION_KEY: ${encryptionKeys === 0 ? 'none' : listed(encryptionKeys)}.`;
        if (encryptionKeys === 0 && production)
          return yellow(
            seen,
            'Set ENCRYPTION_KEY and run npm run secrets:rotate: without it a session secret cannot be replaced while something sealed with it is used.',
          );
        if (sessionSecrets.length > 2 || encryptionKeys > 2)
          return yellow(seen, 'Run npm run secrets:rotate, and drop session secrets a month after they were replaced.');
        return green(seen);
      },
    },
    {
      id: 'https',
      title: 'HTTPS',
      async run() {
        if (publicUrl === undefined) {
          if (!production) return green('PUBLIC_URL is not set; a development server needs none.');
          return yellow(
            'PUBLIC_URL is not set: links and tags name whatever host a request was sent to.',
            'Set PUBLIC_URL to where people reach this server, as in https://chat.example.com.',
          );
        }
        const { protocol, hostname } = new URL(publicUrl);
        const isLocal = /^(localhost|127\.|\[::1\])/.test(hostname);
        if (protocol === 'https:')
          return cookieSecure
            ? green(`${publicUrl}, and sign-in cookies are sent over HTTPS only.`)
            : yellow(`${publicUrl}, but sign-in cookies are sent over HTTP too.`, 'Remove COOKIE_SECURE=false.');
        if (isLocal) return green(`${publicUrl}, on this machine.`);
        if (cookieSecure)
          return red(
            `${publicUrl} is not HTTPS, and sign-in cookies are sent over HTTPS only: nobody can sign in.`,
            advice,
          );
        return red(`${publicUrl} is not HTTPS: passwords and messages travel in the clear.`, advice);
      },
    },
    {
      id: 'limits',
      title: 'Limits for callers',
      async run() {
        if (rateLimits || !production) return green(rateLimits ? 'They are on.' : 'They are off, in development.');
        return yellow('They are off.', 'Remove RATE_LIMITS=off: it is for measurements.');
      },
    },
  ];
}

const advice = 'Put a proxy with HTTPS in front (docs/self-hosting.md), and set PUBLIC_URL to its address.';
