import { type Check, type Finding, green, reasonOf, red, yellow } from '../check.ts';

export interface ReachDeps {
  /** Where people reach the server, without a trailing slash. */
  origin(): string;
  /** Asks from the server itself, or from elsewhere, which is what people do. */
  from: 'server' | 'elsewhere';
  /** For `/operator/echo`; undefined: nobody has the token. */
  probe?: (() => string) | undefined;
}

/** What `/operator/echo` answers: how a request looked when it arrived. */
export interface Echo {
  /** How many proxies in front of the server have named who asked them. */
  hops: number;
  /** Whether what the asker had invented about its address was dropped on the way. */
  cleaned: boolean;
  /** Whether the server took the invented address for the asker's. */
  deceived: boolean;
  trustProxy: number;
  /** As the last proxy said; null: it said nothing. */
  protocol: string | null;
  cookieSecure: boolean;
}

/** Nobody's, by RFC 5737. */
export const inventedAddress = '192.0.2.77';
export const probeHeader = 'x-confab-probe';

/** Whether what people need gets through whatever stands before the server. */
export function reachChecks({ origin, from, probe }: ReachDeps): Check[] {
  const unreached = (error: unknown): Finding => {
    const seen = `${origin()} cannot be reached from ${from === 'server' ? 'this machine' : 'here'}: ${reasonOf(error)}.`;
    if (from === 'server')
      return yellow(
        seen,
        `If it can be reached from elsewhere all is well: run npm run doctor -- --url ${origin()} there.`,
      );
    return red(seen, 'Look at the name, the proxy, its certificate, and the firewall.');
  };
  return [
    {
      id: 'reach-websocket',
      title: 'WebSocket through the public address',
      async run(signal) {
        const opened = await openWebSocket(`${origin()}/socket.io/?EIO=4&transport=websocket`, signal);
        if (opened === 'open') return green(`${origin()} lets WebSockets through.`);
        if (opened instanceof Error) return unreached(opened);
        return red(
          `The upgrade was answered with ${opened}.`,
          'Have the proxy pass the headers Upgrade and Connection on, with HTTP/1.1 (docs/self-hosting.md): everybody falls back to polling until then.',
        );
      },
    },
    {
      id: 'reach-polling',
      title: 'Long polling through the public address',
      run: (signal) => poll(`${origin()}/socket.io/?EIO=4&transport=polling`, signal).catch(unreached),
    },
    {
      id: 'reach-proxy',
      title: 'Proxies in front (TRUST_PROXY)',
      async run(signal) {
        const headers = { [probeHeader]: probe?.() ?? '', 'x-forwarded-for': inventedAddress };
        if (probe === undefined)
          return yellow('Not looked at: that needs the operator’s token.', 'Set OPERATOR_TOKEN.');
        const url = `${origin()}/operator/echo`;
        const response = await fetch(url, { headers, redirect: 'manual', signal }).catch((error: Error) => error);
        if (response instanceof Error) return unreached(response);
        const echo = await response.json().then(
          (read) => read as Echo,
          () => undefined,
        );
        if (response.status === 200 && typeof echo?.hops === 'number') return judge(echo, origin());
        const isConfab = response.headers.get('content-type')?.startsWith('application/problem+json');
        if (isConfab)
          return yellow(
            'Another process answered, which has another token.',
            'Set the same OPERATOR_TOKEN for all of them.',
          );
        return red(
          `Something else than this server answers at ${origin()} (status ${response.status}).`,
          'Correct PUBLIC_URL, or what the proxy leads to.',
        );
      },
    },
  ];
}

/** Whether `TRUST_PROXY` is what lies in front. */
export function judge({ hops, cleaned, deceived, trustProxy, protocol, cookieSecure }: Echo, origin: string): Finding {
  const seen = `${hops === 0 ? 'No proxy' : `${hops} ${hops === 1 ? 'proxy' : 'proxies'}`} in front; TRUST_PROXY=${trustProxy}.`;
  const set = `Set TRUST_PROXY=${hops}`;
  if (deceived)
    return red(
      `${seen} An invented address was believed.`,
      `${set}: anybody can choose their address, and get around limits.`,
    );
  const isHttps = origin.startsWith('https:');
  if (isHttps && hops > 0 && trustProxy === 0 && cookieSecure)
    return red(seen, `${set}: without it sign-in cookies are not sent, and everybody has the proxy's address.`);
  if (isHttps && trustProxy > 0 && protocol !== 'https')
    return red(
      `${seen} The proxy does not say that people use HTTPS.`,
      'Have it send X-Forwarded-Proto: sign-in cookies are not sent without.',
    );
  if (trustProxy < hops) return yellow(seen, `${set}: everybody has a proxy's address, and shares its limits.`);
  if (trustProxy > hops && !cleaned)
    return red(seen, `${set}: anybody can choose their address, and get around limits.`);
  if (trustProxy > hops) return yellow(seen, `${set}, so that nobody can choose their address once the proxy changes.`);
  return green(seen);
}

/** `open`, or with which status it was refused, or why it was not reached. Nobody is let in: the check says no more. */
async function openWebSocket(url: string, signal: AbortSignal): Promise<'open' | string | Error> {
  const { WebSocket } = await import('ws');
  const socket = new WebSocket(url.replace(/^http/, 'ws'), { followRedirects: false });
  const end = () => socket.terminate();
  signal.addEventListener('abort', end, { once: true });
  try {
    return await new Promise((resolve) => {
      socket.on('message', (data) => resolve(String(data).startsWith('0{') ? 'open' : 'something that is no Confab'));
      socket.on('unexpected-response', (_request, response) => {
        response.resume();
        resolve(`status ${response.statusCode}`);
      });
      socket.on('error', resolve);
      socket.on('close', () => resolve('a closed connection'));
    });
  } finally {
    signal.removeEventListener('abort', end);
    socket.terminate();
  }
}

/** Opens a connection by polling and ends it, as a browser does whose WebSocket is blocked. */
async function poll(url: string, signal: AbortSignal): Promise<Finding> {
  const advice = 'Have the proxy pass /socket.io/ on whole: GET, POST, and the query.';
  const response = await fetch(url, { redirect: 'manual', signal });
  const text = await response.text();
  const sid = /^0\{.*"sid":"([^"]+)"/.exec(text)?.[1];
  if (!response.ok || sid === undefined)
    return red(`The first request was answered with status ${response.status}.`, advice);
  const ended = await fetch(`${url}&sid=${sid}`, { method: 'POST', body: '1', redirect: 'manual', signal });
  const answer = await ended.text();
  if (ended.ok) return green('It works as well, for those whose WebSockets are blocked on the way.');
  if (ended.status === 400 && answer.includes('Session ID unknown'))
    return yellow(
      'The second request reached another process than the first.',
      'Have the balancer send an address to the same process each time (ip_hash in nginx): polling fails without.',
    );
  return red(`The second request was answered with status ${ended.status}.`, advice);
}
