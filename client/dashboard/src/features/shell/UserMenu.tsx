import { useNavigate } from '@tanstack/react-router';
import { LogOut, Moon, Sun, UserRound } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import { useMe } from '../../lib/session.ts';
import { useStore } from '../../lib/store.ts';
import { chooseTheme, themeStore } from '../../lib/theme.ts';
import { Avatar } from '../../ui/Avatar.tsx';
import { MenuButton } from '../../ui/MenuButton.tsx';
import { signOut } from '../accounts/sign-out.ts';

/** The signed-in person: account, theme, sign out. */
export function UserMenu() {
  const { user } = useMe();
  const navigate = useNavigate();
  const theme = useStore(themeStore);
  const dark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  return (
    <MenuButton
      label={`Signed in as ${user.name}`}
      placement="top end"
      trigger={
        <Button
          aria-label={`Your account: ${user.name}`}
          className="mx-1 rounded-full p-1 data-hovered:bg-hover md:mx-0"
        >
          <Avatar name={user.name} seed={user.id} />
        </Button>
      }
      entries={[
        {
          id: 'account',
          label: 'Your account',
          icon: <UserRound size={16} />,
          onAction: () => void navigate({ to: '/account' }),
        },
        {
          id: 'theme',
          label: dark ? 'Light theme' : 'Dark theme',
          icon: dark ? <Sun size={16} /> : <Moon size={16} />,
          onAction: () => chooseTheme(dark ? 'light' : 'dark'),
        },
        { id: 'sign-out', label: 'Sign out', icon: <LogOut size={16} />, onAction: () => void signOut() },
      ]}
    />
  );
}
