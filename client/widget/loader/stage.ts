import type { WidgetConfigView } from '../../../shared/contracts/visitor.ts';
import { styleText } from './style.ts';

/** What is to be seen of the widget. */
export interface StageView {
  open: boolean;
  /** On a small screen the open panel covers the page. */
  isFull: boolean;
  /** The chat inside has its own button to close it; on a phone the launcher then gives way. */
  ready: boolean;
  hidden: boolean;
  /** How many messages are unread. */
  count: number;
  /** Height of the small card above the closed launcher, in CSS pixels, in which the chat shows news; 0 for none. */
  peek: number;
}

export interface Stage {
  /** To be put into the page. Shows nothing before `dress`. */
  host: HTMLElement;
  /** Where the chat goes. */
  panel: HTMLElement;
  launcher: HTMLElement;
  /** `lift` is the room taken in the same corner by other widgets, in CSS pixels. */
  dress(config: WidgetConfigView, lift: number): void;
  draw(view: StageView): void;
}

/**
 * Launcher and panel in a closed shadow root. Only nodes and text are made, no markup is parsed and no style is written
 * as text: pages with Trusted Types and a strict policy allow that.
 */
export function buildStage(inline: boolean, toggle: () => void): Stage {
  const element = <Tag extends 'div' | 'button' | 'span' | 'i'>(parent: ParentNode, tag: Tag, className: string) => {
    const made = document.createElement(tag);
    made.className = className;
    parent.append(made);
    return made;
  };
  const host = document.createElement('confab-widget');
  const root = host.attachShadow({ mode: 'closed' });
  const all = element(root, 'div', '');
  const launcher = element(all, 'button', 'l');
  const panel = element(all, 'div', 'p');
  element(launcher, 'i', '');
  // An empty text takes no room beside the icon, as an empty element would.
  const caption = new Text();
  launcher.append(caption);
  const badge = element(launcher, 'span', 'b');
  let label = '';
  launcher.onclick = toggle;
  all.hidden = true;

  return {
    host,
    panel,
    launcher,
    dress(config, lift) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(styleText(config, lift, inline));
      root.adoptedStyleSheets = [sheet];
      const { launcherText } = config.appearance;
      caption.data = launcherText;
      label = `${launcherText || 'Chat'}: ${config.name}`;
    },
    draw({ open, isFull, ready, hidden, count, peek }) {
      const covers = open && isFull;
      // A phone's keyboard shrinks what is seen, not the page: the panel follows what is seen, unless it is zoomed.
      const seen = visualViewport?.scale === 1 ? visualViewport : { offsetTop: 0, height: innerHeight };
      all.className = open || peek ? 'o' : '';
      all.hidden = hidden || !label;
      panel.style.cssText = covers
        ? // Both sides: with only one, the direction of the page decides which of the corner's offsets counts.
          `inset:${seen.offsetTop}px 0 auto;width:100%;max-width:none;height:${seen.height}px;border-radius:0`
        : open || !peek
          ? ''
          : `width:300px;height:${peek}px`;
      launcher.hidden = inline || (covers && ready);
      // Both take texts, and make them of what they are given.
      launcher.ariaExpanded = open as unknown as string;
      launcher.ariaLabel = count ? `${label} (${count})` : label;
      badge.hidden = open || !count;
      badge.textContent = count as unknown as string;
    },
  };
}
