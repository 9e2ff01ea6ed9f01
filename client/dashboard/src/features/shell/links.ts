import { BookOpen, Inbox, ListChecks, type LucideIcon, MessageSquareCode, Settings } from 'lucide-react';

/** The areas of a client, as the rail and the bar at the bottom offer them. */
export const areas = [
  { id: 'inbox', label: 'Inbox', icon: Inbox, to: '/c/$clientId/inbox' },
  { id: 'widgets', label: 'Widgets', icon: MessageSquareCode, to: '/c/$clientId/widgets' },
  { id: 'knowledge', label: 'Knowledge', icon: BookOpen, to: '/c/$clientId/knowledge' },
  { id: 'answers', label: 'Answers', icon: ListChecks, to: '/c/$clientId/answers' },
  { id: 'settings', label: 'Settings', icon: Settings, to: '/c/$clientId/settings' },
] as const satisfies readonly { id: string; label: string; icon: LucideIcon; to: string }[];
