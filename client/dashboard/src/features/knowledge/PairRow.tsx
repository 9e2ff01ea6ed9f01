import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react';
import { type Dispatch, memo } from 'react';
import { limits } from '../../../../../shared/limits.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { TextAreaField, TextField } from '../../ui/TextField.tsx';
import type { DraftPair, PairsChange } from './pairs-draft.ts';

interface PairRowProps {
  pair: DraftPair;
  index: number;
  isLast: boolean;
  isAlone: boolean;
  isNew: boolean;
  change: Dispatch<PairsChange>;
}

/** One question with its answer; drawn again only when it changed, as there may be hundreds. */
export const PairRow = memo(function PairRow({ pair, index, isLast, isAlone, isNew, change }: PairRowProps) {
  const { key } = pair;
  const number = index + 1;
  return (
    <li className="rounded-xl border border-line bg-surface p-3 [contain-intrinsic-size:auto_15rem] [content-visibility:auto] sm:p-4">
      <fieldset className="flex min-w-0 flex-col gap-3">
        <legend className="sr-only">Pair {number}</legend>
        <div className="flex items-center gap-1">
          <span aria-hidden className="flex-1 font-medium text-muted text-xs tabular-nums">
            {number}
          </span>
          <IconButton
            label={`Move pair ${number} up`}
            size="small"
            isDisabled={index === 0}
            onPress={() => change({ type: 'move', key, by: -1 })}
          >
            <ArrowUp size={15} aria-hidden />
          </IconButton>
          <IconButton
            label={`Move pair ${number} down`}
            size="small"
            isDisabled={isLast}
            onPress={() => change({ type: 'move', key, by: 1 })}
          >
            <ArrowDown size={15} aria-hidden />
          </IconButton>
          <IconButton
            label={`Remove pair ${number}`}
            size="small"
            isDisabled={isAlone}
            onPress={() => change({ type: 'remove', key })}
          >
            <Trash2 size={15} aria-hidden />
          </IconButton>
        </div>
        <TextField
          label="Question"
          pointer={`/pairs/${index}/question`}
          placeholder={index === 0 ? 'When are you open?' : ''}
          maxLength={limits.pairQuestionCharsMax}
          autoFocus={isNew}
          value={pair.question}
          onChange={(question) => change({ type: 'edit', key, part: { question } })}
        />
        <TextAreaField
          label="Answer"
          pointer={`/pairs/${index}/answer`}
          placeholder={index === 0 ? 'Monday to Saturday, from nine to six.' : ''}
          rows={2}
          charsMax={limits.pairAnswerCharsMax}
          value={pair.answer}
          onChange={(answer) => change({ type: 'edit', key, part: { answer } })}
        />
      </fieldset>
    </li>
  );
});
