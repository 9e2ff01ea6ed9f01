import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** A part of the screen whose code is loaded when it is first shown. Without a network it stays away. */
export function Later<Props extends object>({ load, ...props }: { load: () => Promise<ComponentType<Props>> } & Props) {
  const [part, setPart] = useState<{ Part: ComponentType<Props> }>();
  useEffect(() => {
    load().then(
      (Part) => setPart({ Part }),
      () => {},
    );
  }, [load]);
  return part ? <part.Part {...(props as unknown as Props)} /> : null;
}
