import { Link } from '@tanstack/react-router';
import { unreadStore } from '../../lib/badge.ts';
import { useStore } from '../../lib/store.ts';
import { cx } from '../../ui/cx.ts';
import { ClientSwitcher } from './ClientSwitcher.tsx';
import { areas } from './links.ts';
import { UserMenu } from './UserMenu.tsx';

/** The areas of the client: a rail on the left, on phones a bar at the bottom. */
export function Navigation({ clientId, isOffOnPhones }: { clientId: string | undefined; isOffOnPhones: boolean }) {
  return (
    <div
      className={cx(
        'order-last shrink-0 border-line border-t bg-surface md:order-none md:w-18 md:flex-col md:items-center md:gap-1 md:border-t-0 md:border-r md:bg-canvas md:py-3',
        isOffOnPhones ? 'hidden md:flex' : 'flex',
      )}
    >
      <ClientSwitcher clientId={clientId} />
      {clientId !== undefined && (
        <nav aria-label="Areas" className="flex flex-1 md:w-full md:flex-col md:items-center md:gap-1 md:pt-2">
          {areas.map((area) => (
            <AreaLink key={area.id} area={area} clientId={clientId} />
          ))}
        </nav>
      )}
      <div className={cx('flex items-center justify-center', clientId === undefined && 'ml-auto md:mt-auto md:ml-0')}>
        <UserMenu />
      </div>
    </div>
  );
}

function AreaLink({ area, clientId }: { area: (typeof areas)[number]; clientId: string }) {
  const unread = useStore(unreadStore);
  const count = area.id === 'inbox' ? unread : 0;
  return (
    <Link
      to={area.to}
      params={{ clientId }}
      preload="intent"
      className="relative flex flex-auto flex-col items-center gap-0.5 rounded-xl py-2 text-muted hover:text-fg md:w-15 md:flex-none md:hover:bg-hover"
      activeProps={{ className: 'text-accent-fg! md:bg-accent-soft!' }}
    >
      <area.icon size={20} aria-hidden />
      <span className="font-medium text-2xs">{area.label}</span>
      {count > 0 && (
        <span className="absolute top-1 left-1/2 ml-1 rounded-full bg-danger px-1.5 font-semibold text-[0.625rem] text-on-accent leading-4 tabular-nums">
          {count > 99 ? '99+' : count}
          <span className="sr-only"> unread</span>
        </span>
      )}
    </Link>
  );
}
