import { projectPath } from '../../lib/paths.ts';
import { createServedFolder, type ServedFile } from './served-folder.ts';

/** What the widget's build says about itself in `manifest.json`: paths in its folder. */
interface Manifest {
  frame: { scripts: string[]; styles: string[]; preloads?: string[] };
}

/** The built widget. Each answer is undefined as long as it has not been built. */
export interface WidgetFiles {
  loader(): Promise<ServedFile | undefined>;
  asset(name: string): Promise<ServedFile | undefined>;
  /** Addresses that the frame's page loads. */
  frame(): Promise<{ scripts: string[]; styles: string[]; preloads: string[] } | undefined>;
}

export function createWidgetFiles(folder = projectPath('dist', 'client', 'widget')): WidgetFiles {
  const files = createServedFolder(folder);
  const address = (path: string) => path.replace(/^\/?assets\//, '/assets/widget/');
  return {
    loader: () => files.find('loader.js'),
    asset: (name) => files.find(`assets/${name}`),
    async frame() {
      const manifest = await files.find('manifest.json');
      if (!manifest) return undefined;
      const { frame } = JSON.parse(manifest.text()) as Manifest;
      return {
        scripts: frame.scripts.map(address),
        styles: frame.styles.map(address),
        preloads: (frame.preloads ?? []).map(address),
      };
    },
  };
}
