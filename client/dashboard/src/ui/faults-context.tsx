import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { type FaultMap, faultAt, faultsOf, noFaults, withoutFaultsAt } from '../lib/faults.ts';

interface Faults {
  faults: FaultMap;
  clear: (field: string) => void;
}

const FaultsContext = createContext<Faults>({ faults: noFaults, clear: () => {} });

export interface FaultsState extends Faults {
  /** Takes the faults of an error answer; null for none. */
  take: (error: unknown) => FaultMap;
}

/** The server's faults of one form; hand them to its fields with {@link FaultsProvider}. */
export function useFaults(): FaultsState {
  const [faults, setFaults] = useState<FaultMap>(noFaults);
  const clear = useCallback((field: string) => setFaults((before) => withoutFaultsAt(before, field)), []);
  const take = useCallback((error: unknown) => {
    const taken = error === null ? noFaults : faultsOf(error);
    setFaults(taken);
    return taken;
  }, []);
  return useMemo(() => ({ faults, clear, take }), [faults, clear, take]);
}

/** Fields inside with the `pointer` of a fault show it, and forget it when edited. */
export function FaultsProvider({ state, children }: { state: Faults; children: ReactNode }) {
  return <FaultsContext value={state}>{children}</FaultsContext>;
}

/** The fault at a pointer and how to forget it; `deep` includes everything inside. */
export function useFault(pointer: string | undefined, options: { deep?: boolean } = {}) {
  const { faults, clear } = useContext(FaultsContext);
  return {
    fault: pointer === undefined ? undefined : faultAt(faults, pointer, options),
    clear: () => pointer !== undefined && clear(pointer),
  };
}
