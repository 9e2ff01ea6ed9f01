let context: AudioContext | undefined;

/** A short soft tone. Browsers stay silent until the visitor has touched the chat; so does this. */
export function chime(): void {
  try {
    context ??= new AudioContext();
    if (context.state === 'suspended') void context.resume();
    const gain = context.createGain();
    const now = context.currentTime;
    gain.gain.setValueAtTime(0.08, now);
    gain.gain.exponentialRampToValueAtTime(0.001, now + 0.4);
    gain.connect(context.destination);
    const tone = context.createOscillator();
    tone.frequency.setValueAtTime(660, now);
    tone.frequency.setValueAtTime(880, now + 0.1);
    tone.connect(gain);
    tone.start(now);
    tone.stop(now + 0.4);
  } catch {
    // No sound device, or none allowed.
  }
}
