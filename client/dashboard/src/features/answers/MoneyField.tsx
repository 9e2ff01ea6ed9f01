import { FaultsProvider, useFault } from '../../ui/faults-context.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { readMoney } from './figures.ts';

interface MoneyFieldProps {
  label: string;
  pointer: string;
  description: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
}

/** An amount of money, with up to six places behind the point; what is none says so at once. */
export function MoneyField({ pointer, ...field }: MoneyFieldProps) {
  const { fault, clear } = useFault(pointer);
  const own = readMoney(field.value) === null ? 'Must be an amount, as in 0.15.' : fault;
  return (
    <FaultsProvider state={{ faults: own === undefined ? new Map() : new Map([[pointer, own]]), clear }}>
      <TextField {...field} pointer={pointer} inputMode="decimal" autoComplete="off" />
    </FaultsProvider>
  );
}
