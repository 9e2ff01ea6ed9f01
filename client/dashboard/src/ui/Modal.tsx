import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal as AriaModal, ModalOverlay } from 'react-aria-components/Modal';
import { cx } from './cx.ts';

export interface ModalProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  size?: 'small' | 'medium' | 'large';
  /** An alert waits for an answer: a press outside does not close it. */
  role?: 'dialog' | 'alertdialog';
  /** No way out but the dialog's own buttons. */
  isForced?: boolean;
  /** Along the right edge, as tall as the screen. */
  isDrawer?: boolean;
}

const widths = { small: 'max-w-md', medium: 'max-w-xl', large: 'max-w-3xl' };

/** A dialog over the page. */
export function Modal(props: ModalProps) {
  const {
    isOpen,
    onClose,
    title,
    children,
    size = 'small',
    role = 'dialog',
    isForced = false,
    isDrawer = false,
  } = props;
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable={role === 'dialog' && !isForced}
      isKeyboardDismissDisabled={isForced}
      className={cx(
        'fixed inset-0 z-40 flex bg-black/45 backdrop-blur-[1px]',
        isDrawer ? 'justify-end' : 'items-end justify-center p-3 sm:items-center sm:p-6',
      )}
    >
      <AriaModal
        className={cx(
          'w-full overflow-hidden border-line bg-raised shadow-overlay data-entering:animate-enter',
          isDrawer ? 'h-full max-w-sm border-l' : cx('max-h-full overflow-y-auto rounded-2xl border', widths[size]),
        )}
      >
        <Dialog role={role} className={cx('relative outline-none', isDrawer && 'scroll-thin h-full overflow-y-auto')}>
          <div className="flex items-center gap-3 px-5 pt-4">
            <Heading slot="title" className="min-w-0 flex-1 font-semibold text-base">
              {title}
            </Heading>
            {!isForced && (
              <AriaButton
                slot={null}
                aria-label="Close"
                onPress={onClose}
                className="-mr-1.5 flex size-8 items-center justify-center rounded-lg text-muted data-hovered:bg-hover data-hovered:text-fg"
              >
                <X size={18} aria-hidden />
              </AriaButton>
            )}
          </div>
          <div className="px-5 pt-2 pb-5">{children}</div>
        </Dialog>
      </AriaModal>
    </ModalOverlay>
  );
}
