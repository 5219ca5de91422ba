/** Runs something once a burst of calls is over. */

/** A function that runs later, and can be called off. */
export interface Debounced {
  /** Runs the function `delayMs` after the last call. */
  schedule: () => void;
  /** Forgets a run that is due. */
  cancel: () => void;
}

/** Wraps `run` so that it runs `delayMs` after the last call of `schedule`. */
export function debounced(delayMs: number, run: () => void): Debounced {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    schedule: () => {
      clearTimeout(timer);
      timer = setTimeout(run, delayMs);
    },
    cancel: () => clearTimeout(timer),
  };
}
