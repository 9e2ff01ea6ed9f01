/** After this long without a repeat nobody is taken to be writing any more. */
const lapseMs = 6_000;
/** Repeats are passed on no more often than this. */
const repeatMs = 2_000;

/** What one socket says about writing, thread by thread: bounded in rate, and taken back when nothing more is heard. */
export class TypingRelay {
  readonly #tell: (conversationId: string, typing: boolean) => void;
  readonly #writing = new Map<string, { lapse: NodeJS.Timeout; toldAt: number }>();

  constructor(tell: (conversationId: string, typing: boolean) => void) {
    this.#tell = tell;
  }

  say(conversationId: string, typing: boolean): void {
    const now = performance.now();
    const before = this.#writing.get(conversationId);
    clearTimeout(before?.lapse);
    if (!typing) {
      if (this.#writing.delete(conversationId)) this.#tell(conversationId, false);
      return;
    }
    const isNews = !before || now - before.toldAt >= repeatMs;
    const lapse = setTimeout(() => this.say(conversationId, false), lapseMs);
    lapse.unref();
    this.#writing.set(conversationId, { lapse, toldAt: isNews ? now : before.toldAt });
    if (isNews) this.#tell(conversationId, true);
  }

  /** Takes everything back, as when the socket goes. */
  end(): void {
    for (const conversationId of [...this.#writing.keys()]) this.say(conversationId, false);
  }
}
