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
  /** What the page signed for the person that is signed in there. */
  identityToken?: string | undefined;
  /** The server took the visitor for somebody new: what was there before belongs to another. */
  strange(): void;
}

/** Who the visitor is. Nothing is kept before `save`. */
export function createAccount({ api, store, identityToken, strange }: AccountOptions): Account {
  const load = (): Kept => store.load() ?? { visitor: null, conversation: null, muted: false };
  let isSaved = !!store.load();
  let isStopped = false;
  let opening: Promise<string> | undefined;

  const open = async (): Promise<string> => {
    const before = account.kept.visitor;
    let visitor: Kept['visitor'];
    try {
      visitor = await api.session(before?.token, identityToken);
    } catch (error) {
      const isRefused = error instanceof ApiError && (error.status === 401 || error.status === 400);
      if (!isRefused || !before) throw error;
      visitor = await api.session(undefined, identityToken);
    }
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
