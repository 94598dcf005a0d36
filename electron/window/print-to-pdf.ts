import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { BrowserWindow, dialog, session } from 'electron';
import { reportPolicy } from '../content-policy.ts';
import { appOrigin, scheme } from '../origin.ts';

/**
 * Prints a report's page (HTML text) into a PDF file that the person chooses. The page is shown to nobody: a window without
 * script, in a session of its own that serves this one page and lives as long as the printing. Null when nobody chose a file.
 */
export async function printToPdf(owner: BrowserWindow, html: string, name: string): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog(owner, {
    defaultPath: `${name}.pdf`,
    filters: [{ name: 'PDF', extensions: ['pdf'] }],
    properties: ['showOverwriteConfirmation', 'createDirectory'],
  });
  if (canceled || filePath === undefined || filePath === '') return null;
  await writeFile(filePath, await render(html));
  return filePath;
}

async function render(html: string): Promise<Buffer> {
  const own = session.fromPartition(`print-${randomUUID()}`, { cache: false });
  own.protocol.handle(
    scheme,
    () =>
      new Response(html, {
        headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': reportPolicy },
      }),
  );
  const page = new BrowserWindow({
    show: false,
    webPreferences: { session: own, sandbox: true, contextIsolation: true, javascript: false, spellcheck: false },
  });
  try {
    await page.loadURL(`${appOrigin}/report.html`);
    return await page.webContents.printToPDF({ pageSize: 'A4', printBackground: true });
  } finally {
    page.destroy();
    own.protocol.unhandle(scheme);
  }
}
