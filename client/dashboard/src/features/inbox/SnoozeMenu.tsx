import { CalendarClock, Moon } from 'lucide-react';
import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { clockTime, fromLocalInput, toLocalInput } from '../../lib/dates.ts';
import { Button } from '../../ui/Button.tsx';
import { MenuButton } from '../../ui/MenuButton.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { snoozeTimes } from './snooze-times.ts';

/** Sets a conversation aside until a time. */
export function SnoozeMenu({ onSnooze }: { onSnooze: (untilIso: string) => void }) {
  const [isChoosing, setIsChoosing] = useState(false);
  return (
    <>
      <MenuButton
        label="Snooze until"
        trigger={
          <AriaButton
            aria-label="Snooze"
            className="flex size-9 shrink-0 items-center justify-center rounded-lg text-muted data-hovered:bg-hover data-hovered:text-fg"
          >
            <Moon size={18} aria-hidden />
          </AriaButton>
        }
        entries={[
          ...snoozeTimes(new Date()).map((time) => ({
            id: time.id,
            label: time.label,
            hint: clockTime(time.at.toISOString()),
            onAction: () => onSnooze(time.at.toISOString()),
          })),
          {
            id: 'other',
            label: 'Another time…',
            icon: <CalendarClock size={16} />,
            onAction: () => setIsChoosing(true),
          },
        ]}
      />
      <Modal isOpen={isChoosing} onClose={() => setIsChoosing(false)} title="Snooze until">
        <OtherTime
          onChoose={(iso) => {
            setIsChoosing(false);
            onSnooze(iso);
          }}
        />
      </Modal>
    </>
  );
}

function OtherTime({ onChoose }: { onChoose: (iso: string) => void }) {
  const [value, setValue] = useState(() => toLocalInput(new Date(Date.now() + 86_400_000)));
  const iso = fromLocalInput(value);
  const isPast = iso !== null && new Date(iso).getTime() <= Date.now();
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (iso !== null && !isPast) onChoose(iso);
      }}
    >
      <TextField
        label="Date and time"
        nativeType="datetime-local"
        value={value}
        onChange={setValue}
        description={isPast ? 'This has already passed.' : 'In your own time zone.'}
      />
      <Button type="submit" look="primary" className="self-end" isDisabled={iso === null || isPast}>
        Snooze
      </Button>
    </form>
  );
}
