/** The sides of the answers report. */
export const answersTabs = ['attention', 'unanswered', 'all'] as const;
export type AnswersTab = (typeof answersTabs)[number];

export interface AnswersSearch {
  /** Left out: what needs attention. */
  tab?: Exclude<AnswersTab, 'attention'> | undefined;
  /** Only of this widget. */
  widget?: string | undefined;
}

export function readAnswersSearch(raw: Record<string, unknown>): AnswersSearch {
  const tab = answersTabs.find((one) => one === raw.tab);
  return {
    ...(tab !== undefined && tab !== 'attention' && { tab }),
    ...(typeof raw.widget === 'string' && raw.widget !== '' && { widget: raw.widget }),
  };
}
