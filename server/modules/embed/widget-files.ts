import { projectPath } from '../../lib/paths.ts';
import { createServedFolder, type ServedFile } from './served-folder.ts';

/** The built widget. Each answer is undefined as long as it has not been built. */
export interface WidgetFiles {
  /** The script of a site's tag. */
  loader(): Promise<ServedFile | undefined>;
  /** The page inside the iframe: no script or style of its own, everything from files. */
  frame(): Promise<ServedFile | undefined>;
  /** What the frame loads; the name changes with the content. */
  asset(name: string): Promise<ServedFile | undefined>;
}

export function createWidgetFiles(folder = projectPath('dist', 'client', 'widget')): WidgetFiles {
  const files = createServedFolder(folder);
  return {
    loader: () => files.find('loader.js'),
    frame: () => files.find('frame.html'),
    asset: (name) => files.find(`assets/${name}`),
  };
}
