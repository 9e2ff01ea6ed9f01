import { limits } from '../../../../../../shared/limits.ts';
import type { WidgetAppearance } from '../../../../../../shared/widget-settings.ts';
import { NumberField } from '../../../ui/NumberField.tsx';
import { Card } from '../../../ui/Page.tsx';
import { RadioCards } from '../../../ui/RadioCards.tsx';
import { TextField } from '../../../ui/TextField.tsx';
import { ColorField } from '../ColorField.tsx';
import { useEditor } from './editor-context.ts';

/** Name, avatar, colour, theme, and where on the page it sits. */
export function LookTab() {
  const { draft, change } = useEditor();
  const { appearance } = draft;
  const look = (part: Partial<WidgetAppearance>) => change({ appearance: { ...appearance, ...part } });
  return (
    <>
      <Card title="Identity">
        <TextField
          label="Name"
          pointer="/name"
          description="At the top of the chat."
          maxLength={limits.nameCharsMax}
          value={draft.name}
          onChange={(name) => change({ name })}
        />
        <ColorField pointer="/color" value={draft.color} onChange={(color) => change({ color })} />
        <div className="grid gap-4 sm:grid-cols-[8rem_1fr]">
          <TextField
            label="Initials"
            pointer="/appearance/initials"
            description="One or two; empty: from the name."
            maxLength={2}
            value={appearance.initials}
            onChange={(initials) => look({ initials })}
          />
          <TextField
            label="Address of an avatar"
            pointer="/appearance/avatarUrl"
            type="url"
            placeholder="https://…"
            description="A square picture, shown instead of the initials."
            value={appearance.avatarUrl}
            onChange={(avatarUrl) => look({ avatarUrl })}
          />
        </div>
      </Card>
      <Card title="Theme">
        <RadioCards
          label="Theme"
          hideLabel
          pointer="/theme"
          value={draft.theme}
          onChange={(theme) => change({ theme })}
          gridClassName="grid gap-2 sm:grid-cols-3"
          options={[
            { id: 'auto', label: 'Auto', hint: 'As the visitor’s system' },
            { id: 'light', label: 'Light', hint: 'Always' },
            { id: 'dark', label: 'Dark', hint: 'Always' },
          ]}
        />
      </Card>
      <Card title="Place on the page">
        <RadioCards
          label="Corner"
          pointer="/position"
          value={draft.position}
          onChange={(position) => change({ position })}
          gridClassName="grid grid-cols-2 gap-2"
          options={[
            { id: 'left', label: 'Left' },
            { id: 'right', label: 'Right' },
          ]}
        />
        <div className="grid gap-4 sm:grid-cols-3">
          <NumberField
            label="From the side"
            unit="px"
            pointer="/appearance/offsetX"
            minValue={0}
            maxValue={500}
            value={appearance.offsetX}
            onChange={(offsetX) => look({ offsetX })}
          />
          <NumberField
            label="From below"
            unit="px"
            pointer="/appearance/offsetY"
            minValue={0}
            maxValue={500}
            value={appearance.offsetY}
            onChange={(offsetY) => look({ offsetY })}
          />
          <NumberField
            label="Layer"
            pointer="/appearance/zIndex"
            description="The z-index; lower it if it covers too much."
            minValue={0}
            maxValue={2_147_483_647}
            value={appearance.zIndex}
            onChange={(zIndex) => look({ zIndex })}
          />
        </div>
        <TextField
          label="Text beside the launcher"
          pointer="/appearance/launcherText"
          description="Empty: the icon alone."
          maxLength={40}
          placeholder="Ask us"
          value={appearance.launcherText}
          onChange={(launcherText) => look({ launcherText })}
        />
      </Card>
    </>
  );
}
