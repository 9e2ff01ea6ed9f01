import { FileUp } from 'lucide-react';

/** Says, while files are dragged over the page, what letting go of them does. */
export function DropOverlay() {
  return (
    <div className="pointer-events-none fixed inset-0 z-40 flex items-center justify-center bg-canvas/80 p-6">
      <p className="flex flex-col items-center gap-2 rounded-2xl border-2 border-accent-fg border-dashed bg-raised px-10 py-8 font-semibold text-accent-fg">
        <FileUp size={28} aria-hidden />
        Drop the files to add them
      </p>
    </div>
  );
}
