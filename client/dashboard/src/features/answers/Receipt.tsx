import { GitCompareArrows, PenLine } from 'lucide-react';
import { useState } from 'react';
import type { ReceiptView } from '../../../../../shared/contracts/answers.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { Button } from '../../ui/Button.tsx';
import { Markdown } from '../../ui/Markdown.tsx';
import { ApprovedAnswer } from './ApprovedAnswer.tsx';
import { CompareAnswers } from './CompareAnswers.tsx';
import { citePassages } from './PassageLink.tsx';
import { ReceiptFacts } from './ReceiptFacts.tsx';
import { ReceiptSteps } from './ReceiptSteps.tsx';
import { UsedPassages } from './UsedPassages.tsx';

/** The whole account of an answer, and what can be done to make the next one better. */
export function Receipt({ receipt }: { receipt: ReceiptView }) {
  const { may } = useCurrentClient();
  const [isWriting, setIsWriting] = useState(false);
  const [isComparing, setIsComparing] = useState(false);
  return (
    <div className="flex flex-col gap-5">
      <section aria-labelledby="receipt-question" className="flex flex-col gap-2">
        <h3 id="receipt-question" className="font-semibold text-[0.8125rem] text-muted">
          The question, as it was searched for
        </h3>
        <p dir="auto" className="break-words rounded-xl bg-neutral px-3.5 py-2">
          {receipt.question}
        </p>
        {receipt.answer === '' ? (
          <p className="text-muted">The assistant said nothing.</p>
        ) : (
          <div dir="auto" className="break-words rounded-xl border border-line bg-canvas px-3.5 py-2">
            <Markdown text={receipt.answer} cite={citePassages(receipt.passages)} />
          </div>
        )}
      </section>
      <ReceiptFacts receipt={receipt} />
      <ReceiptSteps steps={receipt.steps} />
      <UsedPassages passages={receipt.passages} />
      {may('answers.review') && (
        <section aria-label="Make it better" className="flex flex-col gap-4 border-line border-t pt-4">
          <div className="flex flex-wrap gap-2">
            <Button onPress={() => setIsWriting(!isWriting)} aria-expanded={isWriting}>
              <PenLine size={14} aria-hidden /> Write an approved answer
            </Button>
            <Button onPress={() => setIsComparing(!isComparing)} aria-expanded={isComparing}>
              <GitCompareArrows size={14} aria-hidden /> Ask again and compare
            </Button>
          </div>
          {isWriting && <ApprovedAnswer receipt={receipt} onClose={() => setIsWriting(false)} />}
          {isComparing && <CompareAnswers receipt={receipt} />}
        </section>
      )}
    </div>
  );
}
