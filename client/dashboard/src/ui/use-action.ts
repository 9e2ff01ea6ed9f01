import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { type FaultsState, useFaults } from './faults-context.tsx';

export interface Action<Input> {
  run: (input: Input) => void;
  isPending: boolean;
  error: unknown;
  faults: FaultsState;
}

/**
 * A request that changes something, with its faults for the form. After a refusal the focus goes to the first field
 * that has a fault.
 */
export function useAction<Input, Answer>(
  request: (input: Input) => Promise<Answer>,
  onSuccess: (answer: Answer) => unknown,
): Action<Input> {
  const faults = useFaults();
  const mutation = useMutation({
    mutationFn: request,
    onMutate: () => faults.take(null),
    onError: (error) => faults.take(error),
    onSuccess: (answer) => onSuccess(answer),
  });
  const failed = mutation.error;
  const seen = useRef<unknown>(null);
  useEffect(() => {
    if (failed === null || failed === seen.current) return;
    seen.current = failed;
    document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus();
  }, [failed]);
  return { run: (input) => mutation.mutate(input), isPending: mutation.isPending, error: failed, faults };
}
