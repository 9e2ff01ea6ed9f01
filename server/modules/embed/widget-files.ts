import { projectPath } from '../../lib/paths.ts';
import { escapeHtml } from './page-headers.ts';
import { createServedFolder, type ServedFile } from './served-folder.ts';

/** As much of the `manifest.json` of the widget's build as is read here: paths in its folder. */
interface Manifest {
  frame: { scripts: string[]; styles: string[] };
  probe: { scripts: string[]; styles: string[] };
}

/** The built widget. Each answer is undefined as long as it has not been built. */
export interface WidgetFiles {
  /** The script of a site's tag, or the one that looks for what is wrong with it. */
  script(name: 'widget' | 'doctor'): Promise<ServedFile | undefined>;
  /** The page inside the iframe: no script or style of its own, everything from files, with the nonce of the answer. */
  framePage(nonce: string): Promise<string | undefined>;
  /** A page in its place that only tries what a frame can do on this site. */
  probePage(nonce: string): Promise<string | undefined>;
  /** What the frame loads; the name changes with the content. */
  asset(name: string): Promise<ServedFile | undefined>;
}

export function createWidgetFiles(folder = projectPath('dist', 'client', 'widget')): WidgetFiles {
  const files = createServedFolder(folder);
  const page = async (of: keyof Manifest, nonce: string) => {
    const manifest = await files.find('manifest.json');
    return manifest && renderPage((JSON.parse(manifest.text()) as Manifest)[of], nonce);
  };
  return {
    script: (name) => files.find(name === 'widget' ? 'loader.js' : 'doctor.js'),
    framePage: (nonce) => page('frame', nonce),
    probePage: (nonce) => page('probe', nonce),
    asset: (name) => files.find(`assets/${name}`),
  };
}

function renderPage({ scripts, styles }: Manifest[keyof Manifest], nonce: string): string {
  const address = (path: string) => escapeHtml(path.replace(/^assets\//, '/assets/widget/'));
  const tags = [
    ...styles.map((path) => `<link rel="stylesheet" href="${address(path)}">`),
    ...scripts.map((path) => `<script type="module" src="${address(path)}" nonce="${nonce}"></script>`),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Chat</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="robots" content="noindex">
${tags.join('\n')}
</head>
<body><div id="app"></div></body>
</html>
`;
}
