import { z } from 'zod';

/** The only channel between the page's preload and the main process: asks for a port, brings one. */
export const portChannel = 'airgap-port';

/** What the page and its preload say to each other by window.postMessage. */
export const portWanted = 'airgap-port-wanted';
export const portHere = 'airgap-port';

/**
 * Messages on the port: strings and bytes are the engine's (oRPC) and are relayed unread; objects are for the window's own
 * process. From the page: become root, because the engine said NOT_ROOT; print a report's page into a PDF file.
 */
export const pageMessage = z.discriminatedUnion('desktop', [
  z.strictObject({ desktop: z.literal('elevate') }),
  z.strictObject({
    desktop: z.literal('printToPdf'),
    html: z.string().min(1).max(8_000_000),
    /** Proposed file name, without its ending. */
    name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,80}$/),
  }),
]);
export type PageMessage = z.infer<typeof pageMessage>;

/** To the page: the engine came or went (then ask for a port again); where the PDF was saved, null if nowhere. */
export type DesktopMessage =
  | { desktop: 'engine'; alive: boolean; elevated: boolean; reason: string | null }
  | { desktop: 'printedToPdf'; file: string | null };
