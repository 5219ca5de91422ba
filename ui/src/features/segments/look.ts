/** How a segment looks while a slider or colour picker is being dragged, before it is an edit. */
import type { Document } from '../../host/wire';

/** A look that is tried out. */
export interface Look {
  readonly segment: string;
  readonly color?: string;
  readonly opacity?: number;
}

/** The document as it would be drawn with a look; the same document when there is none. */
export function withLook(document: Document, look: Look | null): Document {
  if (look === null) return document;
  const segments = document.segments.map((segment) =>
    segment.id === look.segment
      ? {
          ...segment,
          color: look.color ?? segment.color,
          opacity: look.opacity ?? segment.opacity,
        }
      : segment,
  );
  return { ...document, segments };
}
