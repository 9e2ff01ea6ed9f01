import type { ModelView } from '../../../../../shared/contracts/answers.ts';
import { dateLocale } from '../../lib/dates.ts';
import { cx } from '../../ui/cx.ts';
import { Card } from '../../ui/Page.tsx';
import { countText, moneyText, percentText } from './figures.ts';

const monthName = new Intl.DateTimeFormat(dateLocale, { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** What the model has used this month, against what it may. */
export function ModelUse({ view: { settings, usage } }: { view: ModelView }) {
  const cap = settings?.monthlyCapMicros ?? null;
  const isUnpriced = usage.costMicros === 0 && usage.tokensIn + usage.tokensOut > 0;
  return (
    <Card title={`Used in ${monthName.format(new Date(`${usage.month}-01T00:00:00Z`))}`}>
      <dl className="grid grid-cols-3 gap-4">
        <Figure label="Tokens in">{countText(usage.tokensIn)}</Figure>
        <Figure label="Tokens out">{countText(usage.tokensOut)}</Figure>
        <Figure label="Cost">{moneyText(usage.costMicros)}</Figure>
      </dl>
      {cap !== null && <CapBar used={usage.costMicros} cap={cap} />}
      {isUnpriced && <p className="text-muted text-xs">Enter the prices to see what it costs.</p>}
    </Card>
  );
}

function Figure({ label, children }: { label: string; children: string }) {
  return (
    <div>
      <dt className="text-muted text-xs">{label}</dt>
      <dd className="font-semibold text-lg tabular-nums">{children}</dd>
    </div>
  );
}

function CapBar({ used, cap }: { used: number; cap: number }) {
  const share = cap === 0 ? 1 : Math.min(1, used / cap);
  const isUsedUp = used >= cap;
  return (
    <div className="flex flex-col gap-1.5">
      <div aria-hidden className="h-2 overflow-hidden rounded-full bg-neutral">
        <div
          className={cx('h-full', isUsedUp ? 'bg-danger' : share > 0.8 ? 'bg-warning-fg' : 'bg-accent')}
          style={{ width: `${share * 100}%` }}
        />
      </div>
      <p className="text-muted text-xs">
        {isUsedUp
          ? `The ${moneyText(cap)} of this month are used up: your documents answer until the month (UTC) ends.`
          : `${percentText(share)} of the ${moneyText(cap)} that a month may cost.`}
      </p>
    </div>
  );
}
