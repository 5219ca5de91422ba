/** Small pieces of WebGL2: programs with their uniforms, textures of integers. */

import type { SamplerKind } from './shaders';
import type { VoxelArray } from './slices';

export interface Program {
  readonly handle: WebGLProgram;
  uniform(name: string): WebGLUniformLocation | null;
}

/**
 * A canvas's context; it may be lost and come back.
 *
 * @throws Error when there is no WebGL2.
 */
export function openContext(
  canvas: HTMLCanvasElement,
  attributes: WebGLContextAttributes,
  { onLost, onRestored }: { readonly onLost: () => void; readonly onRestored: () => void },
  signal: AbortSignal,
): WebGL2RenderingContext {
  const gl = canvas.getContext('webgl2', attributes);
  if (gl === null) throw new Error('WebGL2 is not available');
  const onLoss = (event: Event): void => {
    // Without this the context would never come back.
    event.preventDefault();
    onLost();
  };
  canvas.addEventListener('webglcontextlost', onLoss, { signal });
  canvas.addEventListener('webglcontextrestored', onRestored, { signal });
  return gl;
}

export function createProgram(
  gl: WebGL2RenderingContext,
  vertex: string,
  fragment: string,
): Program {
  const handle = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(type);
    if (shader === null) throw new Error('WebGL: no shader');
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(handle, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(handle);
  if (gl.getProgramParameter(handle, gl.LINK_STATUS) !== true && !gl.isContextLost()) {
    throw new Error(`WebGL: ${gl.getProgramInfoLog(handle) ?? 'program does not link'}`);
  }
  const locations = new Map<string, WebGLUniformLocation | null>();
  return {
    handle,
    uniform(name) {
      const known = locations.get(name);
      if (known !== undefined) return known;
      const location = gl.getUniformLocation(handle, name);
      locations.set(name, location);
      return location;
    },
  };
}

interface Format {
  readonly internal: number;
  readonly format: number;
  readonly type: number;
  readonly sampler: SamplerKind;
}

/** Voxels as a texture can hold them: doubles become floats, for drawing only. */
export type DrawableArray = Exclude<VoxelArray, Float64Array>;

export function drawable(voxels: VoxelArray): DrawableArray {
  return voxels instanceof Float64Array ? Float32Array.from(voxels) : voxels;
}

function formatOf(gl: WebGL2RenderingContext, voxels: DrawableArray, nChannels: 1 | 3): Format {
  if (nChannels === 3) {
    const format = gl.RGB_INTEGER;
    return { internal: gl.RGB8UI, format, type: gl.UNSIGNED_BYTE, sampler: 'usampler2D' };
  }
  const unsigned = { format: gl.RED_INTEGER, sampler: 'usampler2D' } as const;
  const signed = { format: gl.RED_INTEGER, sampler: 'isampler2D' } as const;
  if (voxels instanceof Uint8Array)
    return { ...unsigned, internal: gl.R8UI, type: gl.UNSIGNED_BYTE };
  if (voxels instanceof Uint16Array)
    return { ...unsigned, internal: gl.R16UI, type: gl.UNSIGNED_SHORT };
  if (voxels instanceof Uint32Array)
    return { ...unsigned, internal: gl.R32UI, type: gl.UNSIGNED_INT };
  if (voxels instanceof Int8Array) return { ...signed, internal: gl.R8I, type: gl.BYTE };
  if (voxels instanceof Int16Array) return { ...signed, internal: gl.R16I, type: gl.SHORT };
  if (voxels instanceof Int32Array) return { ...signed, internal: gl.R32I, type: gl.INT };
  return { internal: gl.R32F, format: gl.RED, type: gl.FLOAT, sampler: 'sampler2D' };
}

/** A texture that is filled anew for every slice; its storage is kept while size and type stay. */
export class VoxelTexture {
  readonly #gl: WebGL2RenderingContext;
  readonly #handle: WebGLTexture;
  #shape = '';
  #sampler: SamplerKind = 'usampler2D';

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#handle = gl.createTexture();
  }

  get sampler(): SamplerKind {
    return this.#sampler;
  }

  bind(unit: number): void {
    this.#gl.activeTexture(this.#gl.TEXTURE0 + unit);
    this.#gl.bindTexture(this.#gl.TEXTURE_2D, this.#handle);
  }

  /** Leaves the texture bound to unit 0. */
  fill(voxels: DrawableArray, nColumns: number, nRows: number, nChannels: 1 | 3 = 1): void {
    const gl = this.#gl;
    const { internal, format, type, sampler } = formatOf(gl, voxels, nChannels);
    this.bind(0);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    const shape = `${internal} ${nColumns} ${nRows}`;
    if (shape === this.#shape) {
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, nColumns, nRows, format, type, voxels);
      return;
    }
    gl.texImage2D(gl.TEXTURE_2D, 0, internal, nColumns, nRows, 0, format, type, voxels);
    useNearest(gl);
    this.#shape = shape;
    this.#sampler = sampler;
  }

  dispose(): void {
    this.#gl.deleteTexture(this.#handle);
  }
}

/** Colours and opacities by label, 256 labels a row; RGBA. */
export function fillPalette(
  gl: WebGL2RenderingContext,
  texture: WebGLTexture,
  rgba: Uint8Array,
): void {
  gl.activeTexture(gl.TEXTURE0);
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  const nRows = rgba.length / 1024;
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 256, nRows, 0, gl.RGBA, gl.UNSIGNED_BYTE, rgba);
  useNearest(gl);
}

const GREYS_A_ROW = 256;

/** Greys by value, 256 values a row. */
export function fillGreys(
  gl: WebGL2RenderingContext,
  texture: WebGLTexture,
  greys: Uint8Array,
): void {
  const nRows = Math.ceil(greys.length / GREYS_A_ROW);
  const padded = new Uint8Array(nRows * GREYS_A_ROW);
  padded.set(greys);
  gl.activeTexture(gl.TEXTURE0);
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  const { R8, RED, UNSIGNED_BYTE } = gl;
  gl.texImage2D(gl.TEXTURE_2D, 0, R8, GREYS_A_ROW, nRows, 0, RED, UNSIGNED_BYTE, padded);
  useNearest(gl);
}

/** Integer textures are incomplete, and read as 0, with any other filter. */
function useNearest(gl: WebGL2RenderingContext): void {
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
}
