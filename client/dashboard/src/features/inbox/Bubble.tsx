import type { ReactNode } from 'react';
import { cx } from '../../ui/cx.ts';

const looks = {
  visitor: 'rounded-bl-md bg-neutral text-fg',
  assistant: 'rounded-br-md border border-line bg-canvas text-fg',
  agent: 'rounded-br-md bg-accent-soft text-fg',
  failed: 'rounded-br-md bg-danger-soft text-fg',
};

/** The shape around what somebody said. */
export function Bubble(props: { look: keyof typeof looks; title?: string; isFaint?: boolean; children: ReactNode }) {
  return (
    <div
      title={props.title}
      className={cx(
        'min-w-0 max-w-[min(36rem,88%)] rounded-2xl px-3.5 py-2 break-words [overflow-wrap:anywhere]',
        looks[props.look],
        props.isFaint && 'opacity-75',
      )}
    >
      {props.children}
    </div>
  );
}
