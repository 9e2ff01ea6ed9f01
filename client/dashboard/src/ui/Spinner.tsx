import { LoaderCircle } from 'lucide-react';

/** A turning circle with a name for screen readers. */
export function Spinner({ label = 'Loading', size = 16 }: { label?: string; size?: number }) {
  return (
    <span role="progressbar" aria-label={label} aria-valuetext={label} className="inline-flex">
      <LoaderCircle size={size} aria-hidden className="animate-spin" />
    </span>
  );
}
