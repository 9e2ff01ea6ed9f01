/** What the page says to the probe, with a port to answer through. */
export const probeType = 'confab:probe';

/** How live connections of a frame of our origin get through. */
export type ProbeResult = 'fine' | 'polling-only' | 'socket-blocked';
