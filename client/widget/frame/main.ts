import { connectToPage } from './connect.ts';
import { runFrame } from './run.tsx';

/** `/frame/PUBLIC_KEY`, embedded by the loader; with `?preview=1` by the settings screen. */
const publicKey = location.pathname.split('/').pop() as string;

if (new URLSearchParams(location.search).has('preview')) {
  void import('./preview.tsx').then(({ runPreview }) => runPreview());
} else {
  void connectToPage().then((page) => runFrame(publicKey, page));
}
