/** Draws one plane with WebGL2: the slice through its window, then the labels of each layer. */

import { isTransposed, type Plane } from '../model/plane';
import { mmOfInPlane, type PlanePart, type ScreenMm } from '../model/plane-parts';
import type { CanvasSize, View } from '../model/view';
import type { GreyMap } from '../model/window';
import type { Frame } from './frame';
import {
  createProgram,
  drawable,
  fillGreys,
  fillPalette,
  openContext,
  VoxelTexture,
  type Program,
} from './gl';
import { paletteKey } from './palette';
import { imageFragment, LABEL_FRAGMENT, SLICE_VERTEX, type SamplerKind } from './shaders';
import type { LabelSheet } from './sheet';
import type { ImageSlice } from './slices';

export interface Highlight {
  readonly stored: readonly [number, number];
  /** Red, green, blue, 0 to 255. */
  readonly rgb: readonly [number, number, number];
  /** The name of the only plane on which they are; on all if null. */
  readonly plane: string | null;
}

export interface Look {
  readonly grey: GreyMap;
  /** Stored values, from the first to the second, shown as background. */
  readonly padding: readonly [number, number] | null;
  /** Stored values, from the first to the second, that are tinted in a colour. */
  readonly highlight: Highlight | null;
  readonly isInverted: boolean;
  readonly interpolation: 'linear' | 'none';
  readonly labels: 'fill' | 'outline' | 'hidden';
  /** RGBA by label of each layer, by its `paletteKey`; a new array whenever a colour changes. */
  readonly palettes: ReadonlyMap<string, Uint8Array>;
}

/** Where a slice goes on the canvas. */
export interface Placing {
  readonly plane: Plane;
  readonly view: View;
  readonly canvas: CanvasSize;
  /** Device px per CSS px. */
  readonly pixelRatio: number;
}

const NO_HIGHLIGHT: Highlight = { stored: [1, 0], rgb: [0, 0, 0], plane: null };

/** Width of an outline, CSS px. */
const LINE_PX = 1.25;

interface LayerTextures {
  readonly labels: VoxelTexture;
  readonly palette: WebGLTexture;
  sheet: LabelSheet | null;
  version: number;
  rgba: Uint8Array | null;
}

/** What lives in the graphics context and dies with it. */
interface Resources {
  readonly imagePrograms: Map<SamplerKind, Program>;
  readonly labelProgram: Program;
  readonly image: VoxelTexture;
  readonly layers: Map<number, LayerTextures>;
  /** Greys by value, where a table says so, and what is in it. */
  readonly table: WebGLTexture;
  greys: Uint8Array | null;
  drawn: ImageSlice | null;
}

export class PlaneRenderer {
  readonly #canvas: HTMLCanvasElement;
  readonly #gl: WebGL2RenderingContext;
  readonly #listeners = new AbortController();
  #resources: Resources | null;

  /** @throws Error when there is no WebGL2. `onRestored`: the context was lost and is back: draw again. */
  constructor(canvas: HTMLCanvasElement, onRestored: () => void) {
    const gl = openContext(
      canvas,
      {
        alpha: false,
        antialias: false,
        depth: false,
        stencil: false,
      },
      {
        onLost: () => (this.#resources = null),
        onRestored: () => {
          this.#resources = createResources(gl);
          onRestored();
        },
      },
      this.#listeners.signal,
    );
    this.#canvas = canvas;
    this.#gl = gl;
    this.#resources = createResources(gl);
  }

  draw(frame: Frame | null, placing: Placing, look: Look): void {
    const gl = this.#gl;
    const resources = this.#resources;
    if (resources === null || gl.isContextLost()) return;
    this.#fitCanvas(placing);
    gl.viewport(0, 0, this.#canvas.width, this.#canvas.height);
    gl.clearColor(0, 0, 0, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (frame === null) return;
    gl.disable(gl.BLEND);
    this.#drawImage(resources, frame.image, placing, look);
    if (look.labels === 'hidden') return;
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);
    for (const sheet of frame.sheets) {
      if (!sheet.isBlank) this.#drawLabels(resources, sheet, placing, look);
    }
  }

  /** Waits until everything drawn is in the frame buffer; for measurements only. */
  finish(): void {
    this.#gl.readPixels(0, 0, 1, 1, this.#gl.RGBA, this.#gl.UNSIGNED_BYTE, new Uint8Array(4));
  }

  dispose(): void {
    this.#listeners.abort();
    this.#resources = null;
    this.#gl.getExtension('WEBGL_lose_context')?.loseContext();
  }

  #fitCanvas({ canvas, pixelRatio }: Placing): void {
    const width = Math.max(1, Math.round(canvas.width * pixelRatio));
    const height = Math.max(1, Math.round(canvas.height * pixelRatio));
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
  }

  #drawImage(resources: Resources, slice: ImageSlice, placing: Placing, look: Look): void {
    const gl = this.#gl;
    if (resources.drawn !== slice) {
      const { voxels, nColumns, nRows, nChannels } = slice;
      resources.image.fill(drawable(voxels), nColumns, nRows, nChannels);
      resources.drawn = slice;
    }
    resources.image.bind(0);
    const program = imageProgram(gl, resources, resources.image.sampler);
    gl.useProgram(program.handle);
    gl.uniform1i(program.uniform('uSlice'), 0);
    this.#setGrey(resources, program, look.grey);
    const [low, high] = look.padding ?? [1, 0];
    gl.uniform2f(program.uniform('uPadding'), low, high);
    const { stored, rgb } = highlightOn(placing.plane, look);
    gl.uniform2f(program.uniform('uHighlight'), ...stored);
    gl.uniform3f(program.uniform('uTint'), rgb[0] / 255, rgb[1] / 255, rgb[2] / 255);
    gl.uniform1i(program.uniform('uIsColor'), Number(slice.nChannels === 3));
    gl.uniform1i(program.uniform('uIsInverted'), Number(look.isInverted));
    gl.uniform1i(program.uniform('uIsLinear'), Number(look.interpolation === 'linear'));
    drawParts(gl, program, slice, placing);
  }

  #setGrey(resources: Resources, program: Program, { scale, offset, curve }: GreyMap): void {
    const gl = this.#gl;
    gl.uniform2f(program.uniform('uGrey'), scale, offset);
    gl.uniform1i(program.uniform('uTable'), 1);
    const isTable = typeof curve !== 'string';
    gl.uniform1i(program.uniform('uTableSize'), isTable ? curve.length : 0);
    gl.uniform1i(program.uniform('uIsSigmoid'), Number(curve === 'sigmoid'));
    if (isTable && resources.greys !== curve) {
      fillGreys(gl, resources.table, curve);
      resources.greys = curve;
    }
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, resources.table);
    resources.image.bind(0);
  }

  #drawLabels(resources: Resources, sheet: LabelSheet, placing: Placing, look: Look): void {
    const gl = this.#gl;
    const { layer, nColumns, nRows } = sheet.base;
    const rgba = look.palettes.get(paletteKey(sheet.base));
    if (rgba === undefined) return;
    const textures = layerTextures(gl, resources, layer);
    if (textures.sheet !== sheet || textures.version !== sheet.version) {
      textures.labels.fill(sheet.labels, nColumns, nRows);
      textures.sheet = sheet;
      textures.version = sheet.version;
    }
    if (textures.rgba !== rgba) {
      fillPalette(gl, textures.palette, rgba);
      textures.rgba = rgba;
    }
    textures.labels.bind(0);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, textures.palette);
    const program = resources.labelProgram;
    gl.useProgram(program.handle);
    gl.uniform1i(program.uniform('uLabels'), 0);
    gl.uniform1i(program.uniform('uPalette'), 1);
    gl.uniform1i(program.uniform('uIsOutline'), Number(look.labels === 'outline'));
    drawParts(gl, program, sheet.base, placing, (part) => {
      const line = lineSteps(placing, part);
      gl.uniform2f(program.uniform('uLineRight'), ...line.right);
      gl.uniform2f(program.uniform('uLineDown'), ...line.down);
    });
  }
}

function createResources(gl: WebGL2RenderingContext): Resources {
  return {
    imagePrograms: new Map(),
    labelProgram: createProgram(gl, SLICE_VERTEX, LABEL_FRAGMENT),
    image: new VoxelTexture(gl),
    layers: new Map(),
    table: gl.createTexture(),
    greys: null,
    drawn: null,
  };
}

function imageProgram(
  gl: WebGL2RenderingContext,
  resources: Resources,
  sampler: SamplerKind,
): Program {
  const known = resources.imagePrograms.get(sampler);
  if (known !== undefined) return known;
  const program = createProgram(gl, SLICE_VERTEX, imageFragment(sampler));
  resources.imagePrograms.set(sampler, program);
  return program;
}

function layerTextures(
  gl: WebGL2RenderingContext,
  resources: Resources,
  layer: number,
): LayerTextures {
  const known = resources.layers.get(layer);
  if (known !== undefined) return known;
  const textures = {
    labels: new VoxelTexture(gl),
    palette: gl.createTexture(),
    sheet: null,
    version: 0,
    rgba: null,
  };
  resources.layers.set(layer, textures);
  return textures;
}

function drawParts(
  gl: WebGL2RenderingContext,
  program: Program,
  slice: { readonly nColumns: number; readonly nRows: number },
  placing: Placing,
  prepare?: (part: PlanePart) => void,
): void {
  const { parts } = placing.plane;
  gl.uniform2f(program.uniform('uSize'), slice.nColumns, slice.nRows);
  parts.forEach((part, n) => {
    const [from, to] = cornersOf(placing.plane, part, parts[n + 1]);
    gl.uniform2f(program.uniform('uFrom'), ...from);
    gl.uniform2f(program.uniform('uTo'), ...to);
    gl.uniformMatrix3fv(program.uniform('uClipFromTexel'), false, clipFromTexel(placing, part));
    prepare?.(part);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  });
}

type Pair = readonly [number, number];

/** The first and last texel coordinates of a part: the outer parts end with the outermost texels. */
function cornersOf(plane: Plane, part: PlanePart, next: PlanePart | undefined): [Pair, Pair] {
  const first = part === plane.parts[0] ? -0.5 : part.first;
  const [columns, rows] = [plane.nColumns - 0.5, plane.nRows - 0.5];
  const from: Pair = [part.along === 'column' ? first : -0.5, part.along === 'row' ? first : -0.5];
  const to: Pair = [
    part.along === 'column' ? (next?.first ?? columns) : columns,
    part.along === 'row' ? (next?.first ?? rows) : rows,
  ];
  return [texel(plane, from), texel(plane, to)];
}

/** Texels run along the lower in-plane axis first, which may be the screen's row axis. */
function texel(plane: Plane, [column, row]: Pair): Pair {
  return isTransposed(plane) ? [row, column] : [column, row];
}

/** By columns. */
export function clipFromTexel({ plane, view, canvas }: Placing, part: PlanePart): Float32Array {
  const middle = mmOfInPlane(plane.parts, view.centre);
  const clip = ([x, y]: ScreenMm) => [
    (2 * view.pxPerMm * x) / canvas.width,
    (-2 * view.pxPerMm * y) / canvas.height,
  ];
  const column = [...clip(part.columnStep), 0];
  const row = [...clip(part.rowStep), 0];
  const offset = [...clip([part.origin[0] - middle[0], part.origin[1] - middle[1]]), 1];
  return Float32Array.from(
    isTransposed(plane) ? [...row, ...column, ...offset] : [...column, ...row, ...offset],
  );
}

/** Texels to step right and down by the width of an outline. */
function lineSteps({ plane, view }: Placing, part: PlanePart): { right: Pair; down: Pair } {
  const { columnStep, rowStep } = part;
  const mm = LINE_PX / view.pxPerMm;
  const area = columnStep[0] * rowStep[1] - columnStep[1] * rowStep[0];
  return {
    right: texel(plane, [(mm * rowStep[1]) / area, (-mm * columnStep[1]) / area]),
    down: texel(plane, [(-mm * rowStep[0]) / area, (mm * columnStep[0]) / area]),
  };
}

function highlightOn({ name }: Plane, { highlight }: Look): Highlight {
  const isHere = highlight !== null && (highlight.plane === null || highlight.plane === name);
  return isHere ? highlight : NO_HIGHLIGHT;
}
