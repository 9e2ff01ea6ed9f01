import type { WidgetConfigView } from '../../../shared/contracts/visitor.ts';
import { textOn } from '../colour.ts';

const bubble = 'M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-9l-5 4v-4H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z';
const chevron = 'M4 8h3l5 5 5-5h3l-8 8z';

/**
 * The style sheet of one widget's shadow root. `!important` on `:host` wins over every rule of the page, `!important`
 * ones too. `lift` is what the widget moves up for others in the same corner, in CSS pixels.
 */
export function styleText(config: WidgetConfigView, lift: number, inline: boolean): string {
  const { color, position, theme } = config;
  const { offsetX, offsetY, zIndex } = config.appearance;
  const bottom = offsetY + lift;
  const corner = (up: number) =>
    `position:fixed;${position}:${offsetX}px;bottom:${bottom + up}px;max-width:calc(100vw - ${2 * offsetX}px);box-shadow:0 6px 30px #0004`;
  const host = inline
    ? 'display:block;position:relative;height:100%;min-height:480px'
    : `position:fixed;top:0;left:0;z-index:${zIndex}`;
  return (
    `:host{${`all:initial;direction:ltr;color-scheme:${theme === 'auto' ? 'light dark' : theme};${host};`.replace(/;/g, '!important;')}}` +
    `.l[hidden]{display:none}.l{${corner(0)};display:flex;align-items:center;gap:10px;height:56px;border:0;border-radius:28px;padding:0 16px;forced-color-adjust:none;cursor:pointer;font:500 15px system-ui,sans-serif;background:${color};color:${textOn(color)}}` +
    `i{width:24px;height:24px;background:currentColor;clip-path:path('${bubble}')}[aria-expanded=true] i{clip-path:path('${chevron}')}.b{position:absolute;top:-4px;${position}:-4px;border-radius:11px;padding:2px 7px;background:#c81e1e;color:#fff}` +
    `.p{${inline ? 'position:absolute;inset:0' : `${corner(72)};width:400px;height:min(680px,100dvh - ${bottom + 88}px);visibility:hidden;opacity:0;transition:opacity .2s`};border-radius:16px;overflow:hidden;background:linear-gradient(${color} 64px,Canvas 0)}` +
    '.o .p{visibility:visible;opacity:1}iframe{position:absolute;width:100%;height:100%;border:0}@media print{:host{display:none!important}}'
  );
}
