import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second that Linux reports process times in. */
const TICKS = 100;

/** Processor time in microseconds that a process and its living children have used; undefined off Linux. */
export function cpuMicros(pid: number): number | undefined {
  try {
    const own = ticksOf(pid);
    let sum = own.ticks;
    for (const entry of readdirSync('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      try {
        const other = ticksOf(Number(entry));
        if (other.parent === pid) sum += other.ticks;
      } catch {
        // It has ended meanwhile.
      }
    }
    return (sum / TICKS) * 1e6;
  } catch {
    return undefined;
  }
}

function ticksOf(pid: number): { parent: number; ticks: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
}
