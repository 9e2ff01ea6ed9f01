import { ChevronsUpDown } from 'lucide-react';
import { useMemo } from 'react';
import { Button } from 'react-aria-components/Button';
import { ComboBox } from 'react-aria-components/ComboBox';
import { Group } from 'react-aria-components/Group';
import { Input } from 'react-aria-components/Input';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { useFault } from '../../../ui/faults-context.tsx';
import { FieldDescription, FieldFault, FieldLabel } from '../../../ui/field-parts.tsx';
import { optionClass, popoverClass } from '../../../ui/SelectField.tsx';

/** An IANA time zone, found by typing a part of it. */
export function TimeZoneField({ value, onChange }: { value: string; onChange: (timeZone: string) => void }) {
  const { fault, clear } = useFault('/businessHours/timeZone');
  const zones = useMemo(() => {
    const known = Intl.supportedValuesOf('timeZone');
    return [...new Set(['UTC', ...known, value])].map((id) => ({ id, label: id.replaceAll('_', ' ') }));
  }, [value]);
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <ComboBox
      defaultItems={zones}
      value={value}
      onChange={(key) => {
        if (key === null) return;
        clear();
        onChange(String(key));
      }}
      isInvalid={fault !== undefined}
      menuTrigger="focus"
      className="flex max-w-sm flex-col gap-1"
    >
      <FieldLabel>Time zone</FieldLabel>
      <Group className="relative flex">
        <Input className="field pr-9" />
        <Button className="absolute inset-y-0 right-0 flex w-9 items-center justify-center text-muted">
          <ChevronsUpDown size={14} aria-hidden />
        </Button>
      </Group>
      <FieldDescription>{own === value ? 'The one you are in.' : `You are in ${own}.`}</FieldDescription>
      <FieldFault>{fault}</FieldFault>
      <Popover className={popoverClass}>
        <ListBox className="max-h-72 outline-none">
          {(zone: { id: string; label: string }) => (
            <ListBoxItem id={zone.id} textValue={zone.label} className={optionClass}>
              {zone.label}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
