import { cx } from './cx.ts';

/** The product's mark and name. */
export function Logo({ className }: { className?: string }) {
  return (
    <span className={cx('flex items-center gap-2 font-semibold text-lg tracking-tight', className)}>
      <img src="/favicon.svg" alt="" width={28} height={28} />
      Confab
    </span>
  );
}
