/** Paths of any system, as they are typed. */

/** Whether a path says where it begins. */
export function isAbsolutePath(path: string): boolean {
  return /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path.trim());
}

/** The path with another last part. */
export function besidePath(path: string, name: string): string {
  return path.replace(/[^\\/]*$/, name);
}
