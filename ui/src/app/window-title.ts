/** The title of the desktop window: the webview does not pass the page's title on by itself. */
import type { Host } from '../host';

/** Shows a title on the window's frame; in a browser the page's title is enough. */
export async function showWindowTitle(host: Host, title: string): Promise<void> {
  if (host.kind !== 'tauri') return;
  const { getCurrentWindow } = await import('@tauri-apps/api/window');
  await getCurrentWindow().setTitle(title);
}
