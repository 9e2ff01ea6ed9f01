/**
 * Whether pages of this origin may show a widget with these allowed sites (`www.example.com`, `*.example.com`,
 * `example.com:8443`, `localhost`). An entry without a port means the usual ports of http and https, save that
 * `localhost` means every port; `localhost` stands for `127.0.0.1` and `[::1]` too; `*.` stands for one or more further
 * labels, not for none. An empty list allows nobody.
 */
export function isSiteAllowed(origin: string, allowedSites: readonly string[]): boolean {
  const site = readOrigin(origin);
  return site !== undefined && allowedSites.some((entry) => matches(site, entry));
}

/** The line an owner adds to the list of allowed sites for this origin; undefined for what is no website. */
export function siteOfOrigin(origin: string): string | undefined {
  const site = readOrigin(origin);
  if (!site) return undefined;
  if (site.host === 'localhost') return 'localhost';
  return site.isUsualPort ? site.host : `${site.host}:${site.port}`;
}

/**
 * The same list as sources of the `frame-ancestors` directive, so that the browser enforces what the server checks.
 * An IPv6 address cannot be named there.
 */
export function frameAncestors(allowedSites: readonly string[]): string[] {
  const sources = allowedSites.flatMap((entry) => {
    const { host, port } = splitEntry(entry);
    const hosts = host === 'localhost' ? ['localhost', '127.0.0.1'] : [host];
    const suffix = port !== '' ? `:${port}` : host === 'localhost' ? ':*' : '';
    return hosts.flatMap((name) => [`http://${name}${suffix}`, `https://${name}${suffix}`]);
  });
  return [...new Set(sources)];
}

interface Site {
  host: string;
  port: string;
  isUsualPort: boolean;
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);
const canonicalHost = (host: string) => (loopback.has(host) ? 'localhost' : host);

function readOrigin(origin: string): Site | undefined {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
  const usualPort = url.protocol === 'http:' ? '80' : '443';
  return { host: canonicalHost(url.hostname), port: url.port || usualPort, isUsualPort: url.port === '' };
}

/** `port` is empty when the entry names none. */
function splitEntry(entry: string): { host: string; port: string } {
  const [host = '', port = ''] = entry.toLowerCase().split(':', 2);
  return { host: canonicalHost(host), port };
}

function matches(site: Site, entry: string): boolean {
  const { host, port } = splitEntry(entry);
  const isHost = host.startsWith('*.')
    ? site.host.endsWith(host.slice(1)) && site.host.length >= host.length
    : site.host === host;
  const isPort = port === '' ? site.isUsualPort || host === 'localhost' : site.port === port;
  return isHost && isPort;
}
