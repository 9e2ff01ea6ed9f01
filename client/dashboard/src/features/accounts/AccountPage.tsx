import { useQueryClient } from '@tanstack/react-query';
import { Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import { changePassword, updateMe } from '../../../../../shared/contracts/accounts.ts';
import { limits } from '../../../../../shared/limits.ts';
import { call } from '../../lib/api.ts';
import { meQuery, useMe } from '../../lib/session.ts';
import { useStore } from '../../lib/store.ts';
import { chooseTheme, themeStore } from '../../lib/theme.ts';
import { Button } from '../../ui/Button.tsx';
import { Card, Page } from '../../ui/Page.tsx';
import { RadioCards } from '../../ui/RadioCards.tsx';
import { ServerForm } from '../../ui/ServerForm.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { BrowserCard } from './BrowserCard.tsx';
import { SecondFactorCard } from './SecondFactorCard.tsx';
import { SessionsCard } from './SessionsCard.tsx';

/** The own name and password, and how Confab behaves in this browser. */
export function AccountPage() {
  const { user } = useMe();
  return (
    <Page title="Your account" description={`Signed in as ${user.email}`} width="narrow">
      <NameCard name={user.name} />
      <PasswordCard email={user.email} />
      <SecondFactorCard />
      <SessionsCard />
      <ThemeCard />
      <BrowserCard />
    </Page>
  );
}

function NameCard({ name }: { name: string }) {
  const queryClient = useQueryClient();
  const [value, setValue] = useState(name);
  const save = useAction(
    () => call(updateMe, { body: { name: value } }),
    (view) => {
      queryClient.setQueryData(meQuery.queryKey, view);
      setValue(view.user.name);
      toastDone('Your name is saved.');
    },
  );
  return (
    <Card title="Name" description="Visitors see it beside your answers.">
      <ServerForm faults={save.faults} error={save.error} pointers={['/name']} onSubmit={() => save.run(undefined)}>
        <TextField label="Your name" pointer="/name" autoComplete="name" value={value} onChange={setValue} />
        <Button type="submit" className="self-start" isPending={save.isPending} isDisabled={value === name}>
          Save name
        </Button>
      </ServerForm>
    </Card>
  );
}

function PasswordCard({ email }: { email: string }) {
  const [currentPassword, setCurrentPassword] = useState('');
  const [newPassword, setNewPassword] = useState('');
  const change = useAction(
    () => call(changePassword, { body: { currentPassword, newPassword } }),
    () => {
      setCurrentPassword('');
      setNewPassword('');
      toastDone('Your password is changed. Other browsers are signed out.');
    },
  );
  return (
    <Card title="Password" description="Changing it signs you out everywhere else.">
      <ServerForm
        faults={change.faults}
        error={change.error}
        pointers={['/currentPassword', '/newPassword']}
        onSubmit={() => change.run(undefined)}
      >
        {/* Password managers want to know whose password it is. */}
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
        <TextField
          label="Current password"
          pointer="/currentPassword"
          type="password"
          autoComplete="current-password"
          value={currentPassword}
          onChange={setCurrentPassword}
        />
        <TextField
          label="New password"
          pointer="/newPassword"
          type="password"
          autoComplete="new-password"
          description={`At least ${limits.passwordCharsMin} characters.`}
          value={newPassword}
          onChange={setNewPassword}
        />
        <Button
          type="submit"
          className="self-start"
          isPending={change.isPending}
          isDisabled={currentPassword === '' || newPassword === ''}
        >
          Change password
        </Button>
      </ServerForm>
    </Card>
  );
}

function ThemeCard() {
  const theme = useStore(themeStore);
  return (
    <Card title="Appearance" description="Applies to this browser.">
      <RadioCards
        label="Theme"
        hideLabel
        value={theme}
        onChange={chooseTheme}
        gridClassName="grid gap-2 sm:grid-cols-3"
        options={[
          { id: 'system', label: 'System', icon: <Monitor size={15} aria-hidden /> },
          { id: 'light', label: 'Light', icon: <Sun size={15} aria-hidden /> },
          { id: 'dark', label: 'Dark', icon: <Moon size={15} aria-hidden /> },
        ]}
      />
    </Card>
  );
}
