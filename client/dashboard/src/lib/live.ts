import { createContext, useContext, useEffect, useState } from 'react';
import { type LiveSocket, Realtime } from './realtime.ts';

/** The live connection; null until its code has arrived. */
export const LiveContext = createContext<Realtime | null>(null);

export function useLive(): Realtime | null {
  return useContext(LiveContext);
}

/**
 * Opens the connection for as long as the component is mounted. It reconnects for ever, waiting longer each time, at
 * most 10 s, and takes polling where a WebSocket does not get through.
 */
export function useLiveConnection(): Realtime | null {
  const [live, setLive] = useState<Realtime | null>(null);
  useEffect(() => {
    let opened: Realtime | null = null;
    let gone = false;
    void import('socket.io-client').then(({ io }) => {
      if (gone) return;
      const socket = io({
        autoConnect: false,
        transports: ['websocket', 'polling'],
        tryAllTransports: true,
        reconnectionDelay: 500,
        reconnectionDelayMax: 10_000,
      });
      // A handshake the server refuses is not retried by the library.
      socket.on('connect_error', () => {
        if (!socket.active && !gone) setTimeout(() => !gone && socket.connect(), 10_000);
      });
      socket.on('disconnect', (reason) => {
        if (reason === 'io server disconnect' && !gone) setTimeout(() => !gone && socket.connect(), 2_000);
      });
      opened = new Realtime(socket as unknown as LiveSocket);
      opened.start();
      setLive(opened);
    });
    return () => {
      gone = true;
      opened?.stop();
      setLive(null);
    };
  }, []);
  return live;
}
