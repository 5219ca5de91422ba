/** Texts of the viewer and its tools. */
export const viewerMessages = {} as const;
