import { isOpenAt } from '../chat/hours.ts';
import type { ChatState } from '../chat/state.ts';
import { Avatar } from './Avatar.tsx';
import { IconButton } from './icons.tsx';
import { Menu } from './Menu.tsx';
import { useShell } from './shell.ts';

/** `onCall`: a person can be called for now. */
export function Header({ state, onCall }: { state: ChatState; onCall?: () => void }) {
  const { config, texts, chat, isInline, setOpen } = useShell();
  const isList = state.view !== 'thread';
  return (
    <div class="head">
      {isList ? <IconButton name="back" label={texts.back} onClick={() => chat.show('thread')} /> : <Avatar />}
      <div class="title">
        <h1>{isList ? texts[state.view] : config.name}</h1>
        {!isList && !isOpenAt(config.businessHours, new Date()) && <p>{texts.away}</p>}
      </div>
      <Menu
        items={[
          ...(!isList && onCall ? [['person', texts.person, onCall] as const] : []),
          ...(!isList && state.isKnown
            ? ([
                ['list', texts.conversations, chat.showList],
                ['file', texts.data, () => chat.show('data')],
              ] as const)
            : []),
          state.isMuted ? ['soundOff', texts.soundOn, chat.toggleMuted] : ['soundOn', texts.soundOff, chat.toggleMuted],
        ]}
      />
      {!isInline && <IconButton name="close" label={texts.close} onClick={() => setOpen(false)} />}
    </div>
  );
}
