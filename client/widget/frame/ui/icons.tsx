const shapes = {
  close: 'M6 6l12 12M18 6L6 18',
  back: 'M15 5l-7 7 7 7',
  list: 'M4 6h16M4 12h16M4 18h10',
  soundOn: 'M5 9v6h4l5 4V5L9 9zM17.5 8.5a5 5 0 0 1 0 7',
  soundOff: 'M5 9v6h4l5 4V5L9 9zM18 10l4 4m0-4l-4 4',
  send: 'M4 12l16-8-6 16-3-6z',
  down: 'M6 9l6 6 6-6',
  attach: 'M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.5 3.5 0 0 1 5 5l-8.5 8.5a2 2 0 0 1-3-3L14 7',
  file: 'M14 3H6v18h12V7zM14 3v4h4',
  more: 'M12 5v.01M12 12v.01M12 19v.01',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c0-8 16-8 16 0',
  plus: 'M12 5v14M5 12h14',
  clock: 'M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  sent: 'M5 13l4 4L19 7',
  seen: 'M2 13l4 4L16 7M12 17l10-10',
  alert: 'M12 8v5m0 3v.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
};

export type IconName = keyof typeof shapes;

/** A drawing beside a text or inside a labelled button; says nothing by itself. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={shapes[name]} />
    </svg>
  );
}

/** `isExpanded` only where it shows and hides something. */
export function IconButton({
  name,
  label,
  isExpanded,
  onClick,
}: {
  name: IconName;
  label: string;
  isExpanded?: boolean;
  onClick: () => void;
}) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      aria-expanded={isExpanded}
      title={label}
      onClick={onClick}
    >
      <Icon name={name} />
    </button>
  );
}
