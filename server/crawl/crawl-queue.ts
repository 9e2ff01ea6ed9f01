import { isWorthAsking, pageUrl } from './page-url.ts';

/** Enough to see a calendar or a shop's filters for what they are. */
const variantsMax = 30;

interface Waiting {
  url: string;
  depth: number;
  order: number;
}

/** The addresses of one site that are still to be read, each once; those beneath the named page come first. */
export class CrawlQueue {
  readonly #hosts: Set<string>;
  readonly #folder: string;
  readonly #limits: { pages: number; depth: number };
  readonly #seen = new Set<string>();
  readonly #variants = new Map<string, number>();
  readonly #near: Waiting[] = [];
  readonly #far: Waiting[] = [];
  #order = 0;
  #running = 0;
  #wake: (() => void)[] = [];

  constructor(start: string, limits: { pages: number; depth: number }) {
    const url = new URL(start);
    this.#hosts = new Set([url.host]);
    this.#folder = url.pathname.replace(/[^/]*$/, '');
    this.#limits = limits;
    this.#seen.add(sameness(start));
  }

  get known(): number {
    return this.#seen.size;
  }

  get hasMore(): boolean {
    return this.#near.length + this.#far.length > 0;
  }

  /** The named page led to this address: its host is the site's as well. */
  alsoHost(url: string): void {
    this.#hosts.add(new URL(url).host);
    this.#seen.add(sameness(url));
  }

  isOnSite(url: string): boolean {
    return this.#hosts.has(new URL(url).host);
  }

  /** What is known, off the site, too far away or no page is passed over. */
  add(address: string, depth: number): void {
    const url = pageUrl(address);
    if (!url || depth > this.#limits.depth || !this.isOnSite(url) || !isWorthAsking(url)) return;
    const key = sameness(url);
    if (this.#seen.has(key)) return;
    const { host, pathname, search } = new URL(url);
    if (search !== '') {
      const variants = (this.#variants.get(host + pathname) ?? 0) + 1;
      this.#variants.set(host + pathname, variants);
      if (variants > variantsMax) return;
    }
    this.#seen.add(key);
    this.#order += 1;
    const isNear = pathname.startsWith(this.#folder);
    (isNear ? this.#near : this.#far).push({ url, depth, order: this.#order });
    this.#wakeAll();
  }

  /**
   * The next address, once there is one; undefined when there is none and none can come any more, when enough were
   * `taken`, or when aborted. Who gets one says `finished` in the end.
   */
  async next(taken: () => number, signal: AbortSignal): Promise<Waiting | undefined> {
    for (;;) {
      if (signal.aborted || taken() >= this.#limits.pages) return undefined;
      const next = this.#near.shift() ?? this.#far.shift();
      if (next) {
        this.#running += 1;
        return next;
      }
      if (this.#running === 0) return undefined;
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  finished(): void {
    this.#running -= 1;
    this.#wakeAll();
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

/** One key for addresses that differ in what no server tells apart: the protocol and a slash at the end. */
function sameness(url: string): string {
  const { host, pathname, search } = new URL(url);
  return `${host}${pathname.replace(/\/+$/, '')}${search}`;
}
