import type { AnswerProgress } from '../../../shared/socket-events.ts';
import type { Sink } from './engines/engine.ts';

type Step = Pick<AnswerProgress, 'phase' | 'offset' | 'text'>;

export interface ProgressTimes {
  /** What is written within this time is told together. */
  everyMs: number;
  /** So often the whole text is told again, for those who have missed a piece. */
  wholeEveryMs: number;
}

/** As much as fits with certainty where events travel from process to process. */
const pieceCharsMax = 1_500;

/** Tells how far an answer is, bounded in rate and size. Ends with `end`, in whatever way the answer ended. */
export class ProgressTeller implements Sink {
  readonly #tell: (step: Step) => void;
  readonly #times: ProgressTimes;
  #written = '';
  #told = 0;
  #toldAt = Number.NEGATIVE_INFINITY;
  #wholeAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: (step: Step) => void, times: Partial<ProgressTimes> = {}) {
    this.#tell = tell;
    this.#times = { everyMs: 100, wholeEveryMs: 2_000, ...times };
  }

  /** At work, with nothing to show yet; also takes back what another engine has written. */
  think(): void {
    this.#stopTimer();
    this.#written = '';
    this.#told = 0;
    this.#tell({ phase: 'thinking', offset: 0, text: '' });
  }

  text(delta: string): void {
    this.#written += delta;
    if (this.#timer !== undefined) return;
    const wait = this.#toldAt + this.#times.everyMs - performance.now();
    if (wait <= 0) this.#flush();
    else this.#timer = setTimeout(() => this.#flush(), wait).unref();
  }

  /** `isVoid`: no message follows that would end what readers see. */
  end({ isVoid }: { isVoid: boolean }): void {
    this.#stopTimer();
    if (isVoid) this.#tell({ phase: 'ended', offset: 0, text: '' });
  }

  #flush(): void {
    this.#stopTimer();
    const now = performance.now();
    this.#toldAt = now;
    if (this.#told > 0 && now - this.#wholeAt >= this.#times.wholeEveryMs && this.#written.length <= pieceCharsMax) {
      this.#told = 0;
    }
    if (this.#told === 0) this.#wholeAt = now;
    while (this.#told < this.#written.length) {
      const text = this.#written.slice(this.#told, this.#told + pieceCharsMax);
      this.#tell({ phase: 'writing', offset: this.#told, text });
      this.#told += text.length;
    }
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
