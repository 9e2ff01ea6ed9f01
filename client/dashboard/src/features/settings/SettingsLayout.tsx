import { Link, Outlet, useLocation } from '@tanstack/react-router';
import {
  Building2,
  Cpu,
  KeyRound,
  type LucideIcon,
  MessageSquareText,
  ScrollText,
  ShieldCheck,
  UsersRound,
  Webhook,
} from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { Permission } from '../../../../../shared/permissions.ts';
import { useCurrentClient } from '../../lib/current-client.ts';

const sections = [
  { to: '/c/$clientId/settings', label: 'General', icon: Building2, permission: 'client.read' },
  { to: '/c/$clientId/settings/members', label: 'Members', icon: UsersRound, permission: 'members.read' },
  {
    to: '/c/$clientId/settings/canned-replies',
    label: 'Canned replies',
    icon: MessageSquareText,
    permission: 'conversations.reply',
  },
  { to: '/c/$clientId/settings/model', label: 'Model', icon: Cpu, permission: 'models.read' },
  { to: '/c/$clientId/settings/api-keys', label: 'API keys', icon: KeyRound, permission: 'apiKeys.read' },
  { to: '/c/$clientId/settings/webhooks', label: 'Webhooks', icon: Webhook, permission: 'webhooks.manage' },
  { to: '/c/$clientId/settings/privacy', label: 'Privacy', icon: ShieldCheck, permission: 'privacy.manage' },
  { to: '/c/$clientId/settings/audit', label: 'Audit log', icon: ScrollText, permission: 'audit.read' },
] as const satisfies readonly { to: string; label: string; icon: LucideIcon; permission: Permission }[];

/** The settings of the client: the sections one may see, and the open one. */
export function SettingsLayout() {
  const { clientId, clientName, may } = useCurrentClient();
  const path = useLocation({ select: (location) => location.pathname });
  const sectionList = useRef<HTMLUListElement>(null);
  // On a phone the sections are a row that is wider than the screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the open section follows the path
  useEffect(() => {
    sectionList.current
      ?.querySelector('[aria-current="page"]')
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [path]);
  return (
    <div className="flex h-full min-h-0 flex-col md:flex-row">
      <nav
        aria-label="Settings"
        className="shrink-0 border-line border-b bg-canvas px-3 py-2 md:w-52 md:border-r md:border-b-0 md:py-4"
      >
        <p className="hidden truncate px-2 pb-3 font-semibold md:block" title={clientName}>
          {clientName}
        </p>
        <ul ref={sectionList} className="flex gap-1 overflow-x-auto [scrollbar-width:none] md:flex-col">
          {sections
            .filter((section) => may(section.permission))
            .map((section) => (
              <li key={section.to} className="shrink-0">
                <Link
                  to={section.to}
                  params={{ clientId }}
                  // A webhook's own page belongs to its section; every section's address begins with that of the first.
                  activeOptions={{ exact: section.label === 'General' }}
                  className="flex items-center gap-2 rounded-lg px-2 py-1.5 text-[0.8125rem] text-muted hover:bg-hover hover:text-fg"
                  activeProps={{ className: 'bg-accent-soft! font-medium text-accent-fg!' }}
                >
                  <section.icon size={16} aria-hidden className="hidden md:block" />
                  {section.label}
                </Link>
              </li>
            ))}
        </ul>
      </nav>
      <div className="min-h-0 min-w-0 flex-1">
        <Outlet />
      </div>
    </div>
  );
}
