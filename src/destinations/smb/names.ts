const DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * Whether a Windows server has names of this kind, and does not cut them or list them as something else
 * (Microsoft's "Naming Files, Paths, and Namespaces"). It refuses forbidden characters by itself.
 */
export function isWindowsName(name: string): boolean {
  return !/[. ]$/.test(name) && !DEVICES.test(name);
}
