import { useEffect, useRef, useState } from 'react';

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

/**
 * Takes files that are dropped anywhere on the page while the component is mounted, so that one that misses does not
 * make the browser leave the page. Answers whether files are being dragged over it now.
 */
export function useFileDrop(onFiles: (files: FileList) => void): boolean {
  const [isDragging, setIsDragging] = useState(false);
  const latest = useRef(onFiles);
  latest.current = onFiles;
  useEffect(() => {
    // Entering a child comes before leaving its parent.
    let depth = 0;
    const set = (next: number) => {
      depth = Math.max(0, next);
      setIsDragging(depth > 0);
    };
    const on = <Name extends 'dragenter' | 'dragleave' | 'dragover' | 'drop'>(
      name: Name,
      act: (event: DragEvent) => void,
    ) => {
      const listener = (event: DragEvent) => {
        if (hasFiles(event)) act(event);
      };
      window.addEventListener(name, listener);
      return () => window.removeEventListener(name, listener);
    };
    const leave = [
      on('dragenter', () => set(depth + 1)),
      on('dragleave', () => set(depth - 1)),
      on('dragover', (event) => event.preventDefault()),
      on('drop', (event) => {
        set(0);
        if (event.defaultPrevented) return;
        event.preventDefault();
        if (event.dataTransfer) latest.current(event.dataTransfer.files);
      }),
    ];
    return () => {
      for (const one of leave) one();
    };
  }, []);
  return isDragging;
}
