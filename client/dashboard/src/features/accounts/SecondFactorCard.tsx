import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  beginSecondFactor,
  confirmSecondFactor,
  getSecondFactor,
  removeSecondFactor,
} from '../../../../../shared/contracts/account-security.ts';
import { call } from '../../lib/api.ts';
import { Button } from '../../ui/Button.tsx';
import { CopyField } from '../../ui/CopyField.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { Card } from '../../ui/Page.tsx';
import { ServerForm } from '../../ui/ServerForm.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';

const queryKey = ['second-factor'];

/** Setting up and removing the code that signing in asks for beside the password. */
export function SecondFactorCard() {
  const queryClient = useQueryClient();
  const state = useQuery({ queryKey, queryFn: ({ signal }) => call(getSecondFactor, {}, { signal }) });
  const [made, setMade] = useState<{ key: string; qrSvg: string } | null>(null);
  const [recoveryCodes, setRecoveryCodes] = useState<readonly string[]>([]);
  const refresh = () => queryClient.invalidateQueries({ queryKey });
  if (!state.data) return null;
  const { isOn, recoveryCodesLeft } = state.data;
  return (
    <Card title="Second factor" description="A code from an app on your phone, beside the password.">
      {recoveryCodes.length > 0 && <RecoveryCodes codes={recoveryCodes} />}
      {isOn && (
        <>
          <p>It is on. Recovery codes left: {recoveryCodesLeft}.</p>
          <PasswordStep
            label="Remove the second factor"
            request={(password) => call(removeSecondFactor, { body: { password } })}
            onDone={() => {
              setRecoveryCodes([]);
              toastDone('Signing in needs the password alone.');
              return refresh();
            }}
          />
        </>
      )}
      {!isOn && made === null && (
        <PasswordStep
          label="Set up"
          request={(password) => call(beginSecondFactor, { body: { password } })}
          onDone={setMade}
        />
      )}
      {!isOn && made !== null && (
        <ConfirmStep
          made={made}
          onDone={(codes) => {
            setMade(null);
            setRecoveryCodes(codes);
            return refresh();
          }}
        />
      )}
    </Card>
  );
}

function PasswordStep<Answer>(props: {
  label: string;
  request: (password: string) => Promise<Answer>;
  onDone: (answer: Answer) => unknown;
}) {
  const [password, setPassword] = useState('');
  const step = useAction(
    () => props.request(password),
    (answer) => {
      setPassword('');
      return props.onDone(answer);
    },
  );
  return (
    <ServerForm faults={step.faults} error={step.error} pointers={['/password']} onSubmit={() => step.run(undefined)}>
      <TextField
        label="Your password"
        pointer="/password"
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
      />
      <Button type="submit" className="self-start" isPending={step.isPending} isDisabled={password === ''}>
        {props.label}
      </Button>
    </ServerForm>
  );
}

function ConfirmStep({
  made,
  onDone,
}: {
  made: { key: string; qrSvg: string };
  onDone: (codes: readonly string[]) => unknown;
}) {
  const [code, setCode] = useState('');
  const confirm = useAction(
    () => call(confirmSecondFactor, { body: { code } }),
    (answer) => onDone(answer.recoveryCodes),
  );
  return (
    <ServerForm
      faults={confirm.faults}
      error={confirm.error}
      pointers={['/code']}
      onSubmit={() => confirm.run(undefined)}
    >
      <p>Scan this with an authenticator app, or type the key in. Then enter the code that the app shows.</p>
      <img
        src={`data:image/svg+xml,${encodeURIComponent(made.qrSvg)}`}
        alt="The key as a QR code"
        className="size-44 self-center rounded-lg bg-white"
      />
      <CopyField label="Key" text={made.key} />
      <TextField
        label="Code"
        pointer="/code"
        inputMode="numeric"
        autoComplete="one-time-code"
        value={code}
        onChange={setCode}
      />
      <Button type="submit" look="primary" className="self-start" isPending={confirm.isPending} isDisabled={!code}>
        Turn it on
      </Button>
    </ServerForm>
  );
}

function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  return (
    <Notice tone="note" title="Keep these recovery codes">
      <p>Each stands in for the app once, when your phone is lost. They are shown this once only.</p>
      <ul className="mt-2 grid grid-cols-1 gap-1 font-mono text-sm sm:grid-cols-2">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
    </Notice>
  );
}
