import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { copyText } from '../lib/clipboard.ts';
import { Button } from './Button.tsx';
import { cx } from './cx.ts';

/** A button that copies a text and says so. */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), 2_500);
    return () => clearTimeout(timer);
  }, [state]);
  return (
    <>
      <Button size="small" onPress={() => void copyText(text).then((done) => setState(done ? 'copied' : 'failed'))}>
        {state === 'copied' ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
        {state === 'copied' ? 'Copied' : state === 'failed' ? 'Select and copy' : label}
      </Button>
      <span role="status" className="sr-only">
        {state === 'copied' ? 'Copied to the clipboard' : ''}
      </span>
    </>
  );
}

/** A text to take along, shown whole, with a copy button. */
export function CopyField({ label, text, className }: { label: string; text: string; className?: string }) {
  return (
    <figure className={cx('overflow-hidden rounded-xl border border-line bg-sunken', className)}>
      <figcaption className="flex items-center justify-between gap-2 border-line border-b px-3 py-1.5 text-muted text-xs">
        {label}
        <CopyButton text={text} />
      </figcaption>
      <pre className="whitespace-pre-wrap px-3 py-2.5 font-mono text-[0.8125rem] [overflow-wrap:anywhere]">{text}</pre>
    </figure>
  );
}
