import { type Api, ApiError } from './api.ts';
import type { Store } from './store.ts';
import type { Kept } from './types.ts';

export interface Account {
  /** Changed in place; `save` puts it where it outlasts the page. */
  kept: Kept;
  save(): void;
  /** Nothing is kept from now on. */
  stop(): void;
  /** What another tab wrote. */
  reload(): void;
  /** A token for the visitor, who is made known to the server if need be. Pass the one that was refused for another. */
  token(refused?: string): Promise<string>;
  /** Calls with a token, once more with a new one when it is refused. */
  authed<T>(call: (token: string) => Promise<T>): Promise<T>;
}

export interface AccountOptions {
  api: Api;
  store: Store;
  /**
   * What the page signed for the person that is signed in there. What is kept for that person is not used before the
   * server has found the token good.
   */
  identityToken?: string | undefined;
  /** The server did not; nothing is read or sent in that person's name. `reason` is for the developer of the page. */
  identityRefused(reason: string): void;
  /** The server took the visitor for somebody new: what was there before belongs to another. */
  strange(): void;
}

/** Who the visitor is. Nothing is kept before `save`. */
export function createAccount({ api, store, identityToken, identityRefused, strange }: AccountOptions): Account {
  let isVerified = !identityToken;
  const load = (): Kept => {
    const kept = store.load() ?? { visitor: null, conversation: null, muted: false };
    return isVerified ? kept : { ...kept, visitor: null };
  };
  let isSaved = !!store.load();
  let isStopped = false;
  let opening: Promise<string> | undefined;

  const open = async (): Promise<string> => {
    const before = account.kept.visitor;
    let session: Awaited<ReturnType<Api['session']>>;
    try {
      session = await api.session(before?.token, identityToken);
    } catch (error) {
      const isRefused = error instanceof ApiError && (error.status === 401 || error.status === 400);
      if (!isRefused || !before) throw error;
      session = await api.session(undefined, identityToken);
    }
    if (session.identity === 'refused') {
      identityRefused(session.identityFailure ?? '');
      throw new ApiError(403);
    }
    isVerified = true;
    const { token, visitorId, expiresAt } = session;
    const visitor = { token, visitorId, expiresAt };
    account.kept.visitor = visitor;
    if (before && before.visitorId !== visitor.visitorId) strange();
    if (isSaved) account.save();
    return visitor.token;
  };

  const account: Account = {
    kept: load(),
    save() {
      isSaved = true;
      if (!isStopped) store.save(account.kept);
    },
    stop() {
      isStopped = true;
    },
    reload() {
      account.kept = load();
    },
    token(refused) {
      const known = account.kept.visitor?.token;
      if (known && known !== refused) return Promise.resolve(known);
      opening ??= open().finally(() => {
        opening = undefined;
      });
      return opening;
    },
    async authed(call) {
      const token = await account.token();
      try {
        return await call(token);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 401) throw error;
        return call(await account.token(token));
      }
    },
  };
  return account;
}
