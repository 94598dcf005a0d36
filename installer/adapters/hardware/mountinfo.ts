/** A line of /proc/self/mountinfo: proc_pid_mountinfo(5). */
export interface MountEntry {
  /** `major:minor` of the file system's device. */
  device: string;
  /** The folder within the file system that is mounted here; `/` unless it is a bind mount, subvolume or cgroup. */
  root: string;
  mountPoint: string;
  fileSystem: string;
  source: string;
  superOptions: string[];
}

/** Lines that are not of the documented form are left out. */
export function parseMountinfo(text: string): MountEntry[] {
  return text.split('\n').flatMap((line) => {
    // optional fields stand between the sixth one and the lone hyphen
    const [before, after] = line.split(' - ', 2);
    const [, , device, root, mountPoint] = before?.split(' ') ?? [];
    const [fileSystem, source, superOptions] = after?.split(' ') ?? [];
    if (device === undefined || root === undefined || mountPoint === undefined || fileSystem === undefined) return [];
    return [
      {
        device,
        root: unescapeOctal(root),
        mountPoint: unescapeOctal(mountPoint),
        fileSystem,
        source: unescapeOctal(source ?? ''),
        superOptions: (superOptions ?? '').split(','),
      },
    ];
  });
}

/** The kernel writes space, tab, newline and backslash as `\040` and the like, byte by byte. */
function unescapeOctal(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_match, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
