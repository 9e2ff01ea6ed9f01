import { isOpenAt } from '../chat/hours.ts';
import type { ChatState } from '../chat/state.ts';
import { Avatar } from './Avatar.tsx';
import { IconButton } from './icons.tsx';
import { useShell } from './shell.ts';

export function Header({ state }: { state: ChatState }) {
  const { config, texts, chat, isInline, setOpen } = useShell();
  const isList = state.view === 'list';
  return (
    <div class="head">
      {isList ? <IconButton name="back" label={texts.back} onClick={chat.showThread} /> : <Avatar />}
      <div class="title">
        <h1>{isList ? texts.conversations : config.name}</h1>
        {!isList && !isOpenAt(config.businessHours, new Date()) && <p>{texts.away}</p>}
      </div>
      {!isList && state.isKnown && <IconButton name="list" label={texts.conversations} onClick={chat.showList} />}
      <IconButton
        name={state.isMuted ? 'soundOff' : 'soundOn'}
        label={state.isMuted ? texts.soundOn : texts.soundOff}
        onClick={chat.toggleMuted}
      />
      {!isInline && <IconButton name="close" label={texts.close} onClick={() => setOpen(false)} />}
    </div>
  );
}
