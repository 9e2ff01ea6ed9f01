import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

const againMs = 3000;

/** A part of the screen whose code is loaded when it is first shown; without a network, as soon as there is one. */
export function Later<Props extends object>({ load, ...props }: { load: () => Promise<ComponentType<Props>> } & Props) {
  const [part, setPart] = useState<{ Part: ComponentType<Props> }>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const attempt = () => {
      load().then(
        (Part) => setPart({ Part }),
        () => {
          timer = setTimeout(attempt, againMs);
        },
      );
    };
    attempt();
    return () => clearTimeout(timer);
  }, [load]);
  return part ? <part.Part {...(props as unknown as Props)} /> : null;
}
