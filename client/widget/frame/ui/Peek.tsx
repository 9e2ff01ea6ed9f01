import { useLayoutEffect, useRef } from 'preact/hooks';
import { plainText } from '../markdown/plain.ts';
import { Avatar } from './Avatar.tsx';
import { IconButton } from './icons.tsx';
import { useShell } from './shell.ts';

const previewCharsMax = 140;

/** The small card above the closed launcher: the newest unread message. `onHeight` is told how high it is drawn. */
export function Peek({
  markdown,
  onHeight,
  onDismiss,
}: {
  markdown: string;
  onHeight: (px: number) => void;
  onDismiss: () => void;
}) {
  const { config, texts, setOpen } = useShell();
  const card = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    onHeight(card.current?.offsetHeight ?? 0);
  });
  return (
    <div class="peek" ref={card}>
      <button type="button" class="peek-text" onClick={() => setOpen(true)}>
        <Avatar />
        <span>
          <strong>{config.name}</strong>
          <span class="preview" dir="auto">
            {plainText(markdown).slice(0, previewCharsMax)}
          </span>
        </span>
      </button>
      <IconButton name="close" label={texts.close} onClick={onDismiss} />
    </div>
  );
}
