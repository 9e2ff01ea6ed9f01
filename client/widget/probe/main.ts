import { type ProbeResult, probeType } from '../doctor/wire.ts';

/** `/frame/PUBLIC_KEY?check`, embedded by the doctor: tries what the chat needs, and says what it came to. */

const patienceMs = 5_000;
const address = `${location.host}/socket.io/?EIO=4&transport=`;

/** Whether the server greets over a WebSocket. */
function opensWebSocket(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${location.protocol.replace('http', 'ws')}//${address}websocket`);
    const end = (isOpen: boolean) => {
      resolve(isOpen);
      socket.close();
    };
    socket.onmessage = () => end(true);
    socket.onerror = socket.onclose = () => end(false);
    setTimeout(end, patienceMs, false);
  });
}

/** Whether it does over long polling. */
async function opensPolling(): Promise<boolean> {
  const url = `//${address}polling`;
  const ask = (query: string, body?: string) =>
    fetch(url + query, {
      credentials: 'omit',
      signal: AbortSignal.timeout(patienceMs),
      ...(body ? { method: 'POST', body } : {}),
    });
  try {
    const greeting = await (await ask('')).text();
    if (greeting[0] !== '0') return false;
    const { sid } = JSON.parse(greeting.slice(1)) as { sid: string };
    return (await ask(`&sid=${sid}`, '1')).ok;
  } catch {
    return false;
  }
}

async function probe(): Promise<ProbeResult> {
  if (await opensWebSocket()) return 'fine';
  return (await opensPolling()) ? 'polling-only' : 'socket-blocked';
}

const result = probe();
addEventListener('message', async ({ source, data, ports }: MessageEvent<unknown>) => {
  if (source === window.parent && data === probeType) ports[0]?.postMessage(await result);
});
