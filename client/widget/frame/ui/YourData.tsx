import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../chat/api.ts';
import type { ChatState } from '../chat/state.ts';
import { useShell } from './shell.ts';
import { yourDataTexts } from './your-data-texts.ts';

const path = '/api/visitor/data';
const apart = { margin: '0 0 1em' };

async function request(token: string, method: 'GET' | 'DELETE'): Promise<Blob> {
  const answer = await fetch(path, {
    method,
    credentials: 'omit',
    headers: { authorization: `Bearer ${token}` },
  }).catch(() => {
    throw new ApiError(0);
  });
  if (!answer.ok) throw new ApiError(answer.status);
  return answer.blob();
}

/** What is kept of the visitor: theirs to have, and to have erased. */
export function YourData(_: { state: ChatState }) {
  const { language, chat, forget } = useShell();
  const texts = yourDataTexts[language];
  const [isAsked, setIsAsked] = useState(false);
  const [state, setState] = useState<'' | 'getting' | 'erasing' | 'failed'>('');
  const first = useRef<HTMLButtonElement>(null);
  const keep = useRef<HTMLButtonElement>(null);
  // The button that led here is gone; so is “erase” once it was pressed, and its answer once it was given.
  useEffect(() => first.current?.focus(), []);
  useLayoutEffect(() => {
    if (isAsked) keep.current?.focus();
  }, [isAsked]);
  const isBusy = state === 'getting' || state === 'erasing';

  const download = async () => {
    setState('getting');
    try {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(await chat.authed((token) => request(token, 'GET')));
      link.download = 'chat-data.json';
      link.click();
      // The browser has begun to read it by then.
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      setState('');
    } catch {
      setState('failed');
    }
  };

  const erase = async () => {
    setState('erasing');
    // What waits to be sent is not to arrive afterwards.
    for (const { id } of chat.state().waiting) chat.discard(id);
    try {
      await chat.authed((token) => request(token, 'DELETE'));
    } catch (error) {
      // Gone already, by somebody who answers or from another window.
      if (!(error instanceof ApiError && error.status === 404)) return setState('failed');
    }
    forget();
  };

  return (
    <div class="conversations your-data">
      <p style={apart}>{texts.kept}</p>
      <button ref={first} type="button" class="primary" disabled={isBusy} onClick={download}>
        {texts.download}
      </button>
      {isAsked ? (
        <>
          <p style={apart}>{texts.sure}</p>
          <button type="button" class="primary" disabled={isBusy} onClick={erase}>
            {texts.confirm}
          </button>
          <button
            ref={keep}
            type="button"
            class="link"
            disabled={isBusy}
            onClick={() => {
              setIsAsked(false);
              first.current?.focus();
            }}
          >
            {texts.keep}
          </button>
        </>
      ) : (
        <button type="button" class="link" disabled={isBusy} onClick={() => setIsAsked(true)}>
          {texts.erase}
        </button>
      )}
      <p role="status">{state === 'getting' ? texts.preparing : state === 'erasing' ? texts.erasing : ''}</p>
      {state === 'failed' && (
        <p class="fault" role="alert">
          {texts.failed}
        </p>
      )}
    </div>
  );
}
