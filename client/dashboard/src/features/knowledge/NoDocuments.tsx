import { BookOpen } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import { EmptyState } from '../../ui/states.tsx';
import { type WayToAdd, waysToAdd } from './ways-to-add.ts';

/** What knowledge is for, and the five ways to begin; without a handler, whom to ask. */
export function NoDocuments({ onChoose }: { onChoose: ((way: WayToAdd) => void) | null }) {
  return (
    <section className="rounded-2xl border border-line border-dashed bg-surface pb-6">
      <EmptyState icon={<BookOpen size={24} />} title="The assistant knows nothing yet">
        Give it what you would give a new colleague. It answers visitors from that alone, shows where it stands, and
        says so when it is not in there.
        {onChoose === null && <p className="mt-2">Owners and admins add documents; ask one of yours.</p>}
      </EmptyState>
      {onChoose !== null && (
        <ul className="mx-auto grid max-w-3xl gap-2 px-4 sm:grid-cols-2">
          {waysToAdd.map(({ id, label, hint, icon: Icon }) => (
            <li key={id} className="first:sm:col-span-2">
              <Button
                onPress={() => onChoose(id)}
                className="flex h-full w-full items-start gap-3 rounded-xl border border-line px-3.5 py-3 text-left data-hovered:bg-hover"
              >
                <Icon size={18} aria-hidden className="mt-0.5 shrink-0 text-accent-fg" />
                <span className="flex flex-col">
                  <span className="font-medium">{label}</span>
                  <span className="text-muted text-xs">{hint}</span>
                </span>
              </Button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
