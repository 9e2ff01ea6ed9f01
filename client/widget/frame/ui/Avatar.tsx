import { useShell } from './shell.ts';

/** Picture or initials of who answers. The name stands beside it, so it says nothing to a screen reader. */
export function Avatar() {
  const { name, appearance } = useShell().config;
  if (appearance.avatarUrl) {
    return <img class="avatar" src={appearance.avatarUrl} alt="" referrerpolicy="no-referrer" />;
  }
  const letters = name.split(/\s+/).map((word) => [...word][0] ?? '');
  return (
    <span class="avatar" aria-hidden="true">
      {appearance.initials || letters.slice(0, 2).join('').toUpperCase()}
    </span>
  );
}
