import { LRUCache } from 'lru-cache';
import type { Endpoint } from '../../shared/contracts/endpoint.ts';
import type { User } from '../../shared/schema.ts';
import type { Deps } from '../deps.ts';
import { networkOf } from '../lib/network-of.ts';
import { recordSystemChange } from '../modules/audit/record-change.ts';
import type { ClientStorage } from '../storage/storage.ts';
import type { ExchangeRequest } from './exchange.ts';
import { HttpProblem } from './problem.ts';
import { createRateLimiter, type RateRule } from './rate-limit.ts';
import type { Callers } from './route.ts';

const minute = (name: string, max: number): RateRule => ({ name, max, windowSeconds: 60 });
const hour = (name: string, max: number): RateRule => ({ name, max, windowSeconds: 3_600 });

/** Calls a minute, files an hour. Whoever is known is counted as themselves; addresses count only where nothing else is known. */
export const rateRules = {
  visitorWrites: minute('visitorWrites', 120),
  visitorReads: minute('visitorReads', 600),
  /** All visitors of one widget behind one address: who invents visitors is stopped, a full office is not. */
  widgetWrites: minute('widgetWrites', 1_200),
  /** Files stay when the minute is over: what strangers may put on the disk has a limit of its own. */
  visitorUploads: hour('visitorUploads', 60),
  widgetUploads: hour('widgetUploads', 300),
  apiKey: minute('apiKey', 3_000),
  user: minute('user', 1_200),
  /** Signing in, registering, asking for links. */
  identifying: minute('identifying', 60),
  stranger: minute('stranger', 1_200),
} as const;

type Identity =
  | Callers['public']
  | { kind: 'session'; user: Pick<User, 'id'> }
  | Callers['apiKey']
  | Callers['visitor'];

export interface RateLimits {
  /** Counts a call once it is known who makes it. @throws HttpProblem 429 with `Retry-After` */
  check(endpoint: Endpoint, request: Pick<ExchangeRequest, 'remoteAddress'>, identity: Identity): void;
  /** Counts a message that came another way, as a call that writes. @throws HttpProblem the same */
  checkMessage(remoteAddress: string, identity: Exclude<Identity, Callers['public']>): void;
  stop(): void;
}

/** What of a call decides what it counts for. */
interface Call {
  reads: boolean;
  /** Sends a file. */
  uploads: boolean;
  /** Signs in, registers, asks for a link. */
  identifies: boolean;
  remoteAddress: string;
}

/** An owner is told at most this often of the same. */
const toldAgainAfterMs = 60 * 60 * 1000;

interface Counted {
  rule: RateRule;
  who: string;
  /** Whose owners are told, and about what. */
  owner?: { storage: ClientStorage; targetType: 'widget' | 'apiKey'; targetId: string; name: string };
}

/**
 * The limits of every endpoint. Refusals are counted by `onLimited`, and the owners of a widget or API key find one
 * entry an hour in their audit log.
 */
export function createRateLimits(
  { storage, log, now }: Pick<Deps, 'storage' | 'log' | 'now'>,
  onLimited: (rule: string) => void,
  peers?: () => number,
): RateLimits {
  const tallies = storage.kind === 'database' ? storage.tallies : undefined;
  const limiter = createRateLimiter({ now, tallies, peers });
  const told = new LRUCache<string, true>({ max: 10_000, ttl: toldAgainAfterMs, perf: { now: () => +now() } });

  function tellOwner({ rule, owner }: Counted): void {
    if (!owner) return;
    const { targetType, targetId, name } = owner;
    const key = `${rule.name} ${targetId}`;
    if (told.has(key)) return;
    told.set(key, true);
    const details = { limit: rule.name, name, [rule.windowSeconds === 60 ? 'perMinute' : 'perHour']: rule.max };
    recordSystemChange(owner.storage, { action: `${targetType}.limitReached`, targetType, targetId, details }).catch(
      (err: unknown) => log.warn({ event: 'limit.not-told', limit: rule.name, err }),
    );
  }

  function take(call: Call, identity: Identity): void {
    for (const counted of countedOf(call, identity)) {
      const seconds = limiter.take(counted.rule, counted.who);
      if (seconds === 0) continue;
      onLimited(counted.rule.name);
      tellOwner(counted);
      throw new HttpProblem('too-many-requests', `Too many requests. Try again in ${seconds} seconds.`, {
        headers: { 'Retry-After': String(seconds) },
      });
    }
  }

  return {
    check({ method, path, upload }, { remoteAddress }, identity) {
      const reads = method === 'GET';
      const identifies = !reads && path.startsWith('/api/auth/');
      take({ reads, uploads: upload !== undefined, identifies, remoteAddress }, identity);
    },
    checkMessage: (remoteAddress, identity) =>
      take({ reads: false, uploads: false, identifies: false, remoteAddress }, identity),
    stop: limiter.stop,
  };
}

function countedOf({ reads, uploads, identifies, remoteAddress }: Call, identity: Identity): Counted[] {
  const network = networkToCount(remoteAddress);
  switch (identity.kind) {
    case 'visitor': {
      const { widget, storage, visitorId } = identity;
      const owner = { storage, targetType: 'widget' as const, targetId: widget.id, name: widget.name };
      const own = (rule: RateRule) => ({ rule, who: `${widget.id} ${visitorId}`, owner });
      const shared = (rule: RateRule) =>
        network === undefined ? [] : [{ rule, who: `${widget.id} ${network}`, owner }];
      if (reads) return [own(rateRules.visitorReads)];
      const writes = [own(rateRules.visitorWrites), ...shared(rateRules.widgetWrites)];
      return uploads ? [...writes, own(rateRules.visitorUploads), ...shared(rateRules.widgetUploads)] : writes;
    }
    case 'apiKey': {
      const { apiKey, storage } = identity;
      const owner = { storage, targetType: 'apiKey' as const, targetId: apiKey.id, name: apiKey.name };
      return [{ rule: rateRules.apiKey, who: apiKey.id, owner }];
    }
    case 'session':
      return [{ rule: rateRules.user, who: identity.user.id }];
    case 'public': {
      if (network === undefined) return [];
      return [{ rule: identifies ? rateRules.identifying : rateRules.stranger, who: network }];
    }
  }
}

/**
 * Undefined for this machine: who comes from there comes through a proxy that nobody said may be believed, and all the
 * world would share one limit.
 */
function networkToCount(address: string): string | undefined {
  const network = networkOf(address);
  return network === '' || network.startsWith('127.') || address === '::1' ? undefined : network;
}
