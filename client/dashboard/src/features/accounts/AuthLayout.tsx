import type { ReactNode } from 'react';
import { useDocumentTitle } from '../../lib/title.ts';
import { Logo } from '../../ui/Logo.tsx';

/** The frame of the screens before signing in. */
export function AuthLayout(props: { title: string; lead?: ReactNode; children: ReactNode; foot?: ReactNode }) {
  useDocumentTitle(props.title);
  return (
    <main className="flex min-h-full flex-col items-center justify-center px-4 py-10">
      <div className="w-full max-w-sm">
        <Logo className="mb-6 justify-center" />
        <div className="rounded-2xl border border-line bg-surface p-6 shadow-raised">
          <h1 className="font-semibold text-lg tracking-tight">{props.title}</h1>
          {props.lead && <div className="mt-1 text-muted">{props.lead}</div>}
          <div className="mt-5">{props.children}</div>
        </div>
        {props.foot && <p className="mt-4 text-center text-muted">{props.foot}</p>}
      </div>
    </main>
  );
}

export const linkClass = 'font-medium text-accent-fg underline-offset-2 hover:underline';
