import type { MountedMedium } from '../../ports/media-scan.ts';

export type Mount = Omit<MountedMedium, 'sizeBytes'> & { device: string };

/**
 * The mounts in /proc/self/mountinfo, in its order: https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
 * Lines that are not as the manual has them are left out.
 */
export function parseMountinfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [left, right] = line.split(' - ');
    if (left === undefined || right === undefined) return [];
    const mountPoint = left.split(' ')[4];
    const options = left.split(' ')[5];
    const [fileSystem, device, superOptions] = right.split(' ');
    if (mountPoint === undefined || options === undefined || fileSystem === undefined || device === undefined)
      return [];
    const readOnly = [options, superOptions ?? ''].some((each) => each.split(',').includes('ro'));
    return [{ mountPoint: unescaped(mountPoint), fileSystem, device: unescaped(device), readOnly }];
  });
}

/** Blank, tab, newline and backslash stand as three octal digits. */
function unescaped(field: string): string {
  return field.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

const placesOfMedia = ['/media', '/run/media', '/mnt'];

/** Mounted where desktops, udisks and administrators mount sticks. */
export function isMedium({ mountPoint }: Mount): boolean {
  return placesOfMedia.some((place) => mountPoint === place || mountPoint.startsWith(`${place}/`));
}
