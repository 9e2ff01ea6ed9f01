import { Copy } from 'lucide-react';
import { limits } from '../../../../../../shared/limits.ts';
import { type BusinessHours, type Weekday, weekdays } from '../../../../../../shared/widget-settings.ts';
import { Button } from '../../../ui/Button.tsx';
import { Card } from '../../../ui/Page.tsx';
import { SwitchField } from '../../../ui/SwitchField.tsx';
import { TextAreaField, TextField } from '../../../ui/TextField.tsx';
import { weekdayLabels } from '../labels.ts';
import { useEditor } from './editor-context.ts';
import { TimeZoneField } from './TimeZoneField.tsx';

const usual = { from: '09:00', to: '17:00' };
const workdays: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri'];

/** When people answer, and what is said when they do not. */
export function HoursTab() {
  const { draft, change } = useEditor();
  const hours = draft.businessHours;
  const set = (part: Partial<BusinessHours>) => change({ businessHours: { ...hours, ...part } });
  const switchOn = (enabled: boolean) => {
    // Without any day the widget would always be away, which nobody means by switching hours on.
    const isEmpty = Object.keys(hours.days).length === 0;
    const days = enabled && isEmpty ? Object.fromEntries(workdays.map((day) => [day, usual])) : hours.days;
    const timeZone =
      enabled && isEmpty && hours.timeZone === 'UTC'
        ? Intl.DateTimeFormat().resolvedOptions().timeZone
        : hours.timeZone;
    set({ enabled, days, timeZone });
  };
  return (
    <>
      <Card>
        <SwitchField
          label="Tell visitors when people answer"
          description="Outside of these hours the widget shows the away text. It can be written to at any time."
          value={hours.enabled}
          onChange={switchOn}
        />
      </Card>
      {hours.enabled && (
        <>
          <Card title="Hours">
            <TimeZoneField value={hours.timeZone} onChange={(timeZone) => set({ timeZone })} />
            <div className="flex flex-col divide-y divide-line">
              {weekdays.map((day) => (
                <DayRow key={day} day={day} hours={hours} onChange={(days) => set({ days })} />
              ))}
            </div>
          </Card>
          <Card title="Away">
            <TextAreaField
              label="Away text"
              pointer="/businessHours/awayText"
              placeholder="We are back tomorrow at nine. Leave your question, and we answer by email."
              charsMax={limits.welcomeMessageCharsMax}
              value={hours.awayText}
              onChange={(awayText) => set({ awayText })}
            />
          </Card>
        </>
      )}
    </>
  );
}

interface DayRowProps {
  day: Weekday;
  hours: BusinessHours;
  onChange: (days: BusinessHours['days']) => void;
}

function DayRow({ day, hours, onChange }: DayRowProps) {
  const { days } = hours;
  const times = days[day];
  const pointer = `/businessHours/days/${day}`;
  const name = weekdayLabels[day];
  const toggle = (open: boolean) => {
    const { [day]: _, ...rest } = days;
    onChange(open ? { ...rest, [day]: usual } : rest);
  };
  const copyToWorkdays = () =>
    times && onChange({ ...days, ...Object.fromEntries(workdays.map((workday) => [workday, times])) });
  return (
    <div className="flex min-h-13 flex-wrap items-center gap-x-4 gap-y-1 py-2">
      <SwitchField label={name} value={times !== undefined} onChange={toggle} className="w-36" />
      {times ? (
        <div className="flex items-start gap-2">
          <TextField
            label={`${name} from`}
            hideLabel
            nativeType="time"
            pointer={`${pointer}/from`}
            value={times.from}
            onChange={(from) => onChange({ ...days, [day]: { ...times, from } })}
          />
          <span className="pt-2 text-muted">to</span>
          <TextField
            label={`${name} to`}
            hideLabel
            nativeType="time"
            pointer={`${pointer}/to`}
            value={times.to}
            onChange={(to) => onChange({ ...days, [day]: { ...times, to } })}
          />
          {day === 'mon' && (
            <Button size="small" look="quiet" className="mt-1" onPress={copyToWorkdays}>
              <Copy size={13} aria-hidden /> To all workdays
            </Button>
          )}
        </div>
      ) : (
        <span className="text-muted">Closed</span>
      )}
    </div>
  );
}
