import type { ReactNode } from 'react';
import { useDocumentTitle } from '../lib/title.ts';
import { cx } from './cx.ts';

export interface PageProps {
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  width?: 'narrow' | 'wide' | 'full';
}

const widths = { narrow: 'max-w-2xl', wide: 'max-w-5xl', full: '' };

/** A scrolling page with its heading; the heading is also the document's title. */
export function Page({ title, description, actions, children, width = 'wide' }: PageProps) {
  useDocumentTitle(title);
  return (
    <div className="scroll-thin relative h-full overflow-y-auto">
      <div className={cx('mx-auto flex flex-col gap-5 px-4 py-5 sm:px-8 sm:py-7', widths[width])}>
        <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
          <div className="min-w-0">
            <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
            {description && <p className="mt-0.5 text-muted">{description}</p>}
          </div>
          {actions && <div className="flex gap-2">{actions}</div>}
        </header>
        {children}
      </div>
    </div>
  );
}

/** A titled box of a page. */
export function Card({
  title,
  description,
  actions,
  children,
  className,
}: Partial<PageProps> & { className?: string }) {
  return (
    <section className={cx('rounded-2xl border border-line bg-surface', className)}>
      {title && (
        <header className="flex flex-wrap items-center justify-between gap-3 px-4 pt-4 sm:px-5">
          <div>
            <h2 className="font-semibold">{title}</h2>
            {description && <p className="mt-0.5 text-[0.8125rem] text-muted">{description}</p>}
          </div>
          {actions}
        </header>
      )}
      <div className="flex flex-col gap-4 p-4 sm:p-5">{children}</div>
    </section>
  );
}
