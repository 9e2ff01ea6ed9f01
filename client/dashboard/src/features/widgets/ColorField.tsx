import { Button } from 'react-aria-components/Button';
import { ColorArea } from 'react-aria-components/ColorArea';
import { ColorField as AriaColorField } from 'react-aria-components/ColorField';
import { ColorPicker } from 'react-aria-components/ColorPicker';
import { ColorSlider, SliderTrack } from 'react-aria-components/ColorSlider';
import { ColorSwatch } from 'react-aria-components/ColorSwatch';
import { ColorSwatchPicker, ColorSwatchPickerItem } from 'react-aria-components/ColorSwatchPicker';
import { ColorThumb } from 'react-aria-components/ColorThumb';
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Popover } from 'react-aria-components/Popover';
import { useFault } from '../../ui/faults-context.tsx';

const suggestions = ['#4f46e5', '#0f766e', '#1d62c9', '#b4235a', '#c2410c', '#15803d', '#7c3aed', '#18181b'];

const thumbClass =
  'size-5 rounded-full border-2 border-white shadow-[0_0_0_1px_black,inset_0_0_0_1px_black] data-focus-visible:size-6';

/** The widget's colour: a few good ones, or any by area, hue and hex value. */
export function ColorField({
  value,
  onChange,
  pointer,
}: {
  value: string;
  onChange: (value: string) => void;
  pointer: string;
}) {
  const { fault, clear } = useFault(pointer);
  const change = (next: string) => {
    clear();
    onChange(next);
  };
  return (
    <div className="flex flex-col gap-1.5">
      <ColorPicker value={value} onChange={(color) => change(color.toString('hex').toLowerCase())}>
        <div className="flex flex-wrap items-end gap-x-4 gap-y-2">
          <AriaColorField className="flex w-40 flex-col gap-1" isInvalid={fault !== undefined}>
            <Label className="font-medium text-[0.8125rem]">Colour</Label>
            <span className="flex gap-2">
              <DialogTrigger>
                <Button
                  slot={null}
                  aria-label="Choose the colour in a picker"
                  className="size-9 shrink-0 rounded-lg border border-line-strong p-0.5"
                >
                  <ColorSwatch className="size-full rounded-md" />
                </Button>
                <Popover
                  placement="bottom start"
                  className="rounded-xl border border-line bg-raised p-3 shadow-overlay"
                >
                  <Dialog aria-label="Colour picker" className="flex flex-col gap-3 outline-none">
                    <ColorArea
                      colorSpace="hsb"
                      xChannel="saturation"
                      yChannel="brightness"
                      className="size-48 shrink-0 rounded-lg"
                    >
                      <ColorThumb className={thumbClass} />
                    </ColorArea>
                    <ColorSlider colorSpace="hsb" channel="hue">
                      <Label className="sr-only">Hue</Label>
                      <SliderTrack className="h-5 w-48 rounded-lg">
                        <ColorThumb className={`${thumbClass} top-1/2`} />
                      </SliderTrack>
                    </ColorSlider>
                  </Dialog>
                </Popover>
              </DialogTrigger>
              <Input className="field font-mono text-[0.8125rem]" />
            </span>
          </AriaColorField>
          <ColorSwatchPicker aria-label="Suggested colours" className="flex flex-wrap gap-1.5 pb-1.5">
            {suggestions.map((color) => (
              <ColorSwatchPickerItem
                key={color}
                color={color}
                className="size-6 rounded-full ring-offset-2 ring-offset-surface data-selected:ring-2 data-selected:ring-accent-fg"
              >
                <ColorSwatch className="size-full rounded-full border border-line-strong" />
              </ColorSwatchPickerItem>
            ))}
          </ColorSwatchPicker>
        </div>
      </ColorPicker>
      {fault !== undefined && <p className="text-danger-fg text-xs">{fault}</p>}
    </div>
  );
}
