import { Eye, EyeOff, Pencil, Undo2 } from 'lucide-react';
import type { ChunkView } from '../../../../../shared/contracts/knowledge.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import type { ChunkActions } from './use-chunk-actions.ts';

interface PassageActionsProps {
  chunk: Pick<ChunkView, 'number' | 'edited' | 'hidden'>;
  actions: ChunkActions;
  onEdit: () => void;
}

/** Edit, hide or show, back to the original. */
export function PassageActions({ chunk: { number, edited, hidden }, actions, onEdit }: PassageActionsProps) {
  return (
    <span className="flex shrink-0">
      {edited && (
        <IconButton
          label={`Back to what the document says: passage ${number}`}
          size="small"
          onPress={() => void actions.restore()}
        >
          <Undo2 size={15} aria-hidden />
        </IconButton>
      )}
      <IconButton label={`Edit passage ${number}`} size="small" onPress={onEdit}>
        <Pencil size={15} aria-hidden />
      </IconButton>
      <IconButton
        label={hidden ? `Show passage ${number} in answers` : `Hide passage ${number} from answers`}
        size="small"
        onPress={() => void actions.setHidden(!hidden)}
      >
        {hidden ? <Eye size={15} aria-hidden /> : <EyeOff size={15} aria-hidden />}
      </IconButton>
    </span>
  );
}
