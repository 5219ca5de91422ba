/** Draws surfaces and lines with WebGL2, and tells the depth under the pen. */

import type { CanvasPoint, Triple } from '../../model/space';
import type { CanvasSize } from '../../model/view';
import { createProgram, openContext, type Program } from '../gl';
import { createLayer, type Layer } from './layer';
import { axesOf, clipFromLps, lpsAt, type Camera } from './camera';
import {
  DEPTH_FRAGMENT,
  depthOf,
  LAYER_FRAGMENT,
  LAYER_VERTEX,
  LINE_FRAGMENT,
  MAX_CUTS,
  SURFACE_FRAGMENT,
  SURFACE_VERTEX,
} from './shaders';

/** A part of a surface, as the host gives it. */
export interface Part {
  readonly brick: string;
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  readonly triangles: Uint32Array;
}

/** A surface on the graphics card. */
export interface Body {
  readonly id: string;
  /** Red, green, blue, opacity, each 0 to 1. */
  readonly color: readonly [number, number, number, number];
}

/** Points of a line strip, LPS mm. */
export interface Line {
  readonly points: readonly Triple[];
  readonly color: readonly [number, number, number, number];
}

/** What is cut away: where `normal · point + offset` is negative, in mm. */
export interface Cuts {
  readonly halves: readonly { readonly normal: Triple; readonly offset: number }[];
  /** Whether only what is cut by all of them goes. */
  readonly isCorner: boolean;
}

export interface Scene {
  readonly camera: Camera;
  readonly canvas: CanvasSize;
  readonly pixelRatio: number;
  /** How far before and behind the camera's target there may be something. */
  readonly depthMm: number;
  readonly bodies: readonly Body[];
  readonly lines: readonly Line[];
  readonly cuts: Cuts;
}

interface Buffers {
  readonly vertices: WebGLVertexArrayObject;
  readonly all: readonly WebGLBuffer[];
  readonly n: number;
}

interface Resources {
  readonly surface: Program;
  readonly line: Program;
  readonly depth: Program;
  readonly whole: Program;
  readonly lineVertices: WebGLVertexArrayObject;
  readonly linePoints: WebGLBuffer;
  /** By body and brick. */
  readonly bodies: Map<string, Map<string, Buffers>>;
  /** The surfaces as they were drawn last, and what they were drawn from. */
  layer: { readonly picture: Layer; readonly of: string } | null;
}

export class SpaceRenderer {
  readonly #canvas: HTMLCanvasElement;
  readonly #gl: WebGL2RenderingContext;
  readonly #listeners = new AbortController();
  #resources: Resources | null;
  /** Counts what was given. */
  #version = 0;

  /** @throws Error when there is no WebGL2. `onRestored`: what was given is lost: give it again. */
  constructor(canvas: HTMLCanvasElement, onRestored: () => void) {
    const gl = openContext(
      canvas,
      { alpha: false, antialias: true, depth: true },
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

  /** Takes parts of a body in the place of those of the same bricks; all others go if it is whole. */
  put(body: string, parts: readonly Part[], isWhole: boolean): void {
    const resources = this.#resources;
    if (resources === null) return;
    this.#version += 1;
    if (isWhole) this.remove(body);
    const known = resources.bodies.get(body) ?? new Map<string, Buffers>();
    resources.bodies.set(body, known);
    for (const part of parts) {
      const old = known.get(part.brick);
      if (old !== undefined) this.#free(old);
      known.delete(part.brick);
      if (part.triangles.length > 0) known.set(part.brick, this.#upload(part));
    }
  }

  remove(body: string): void {
    this.#version += 1;
    for (const buffers of this.#resources?.bodies.get(body)?.values() ?? []) this.#free(buffers);
    this.#resources?.bodies.delete(body);
  }

  /** Surfaces are drawn anew only where they, the look at them or the canvas changed. */
  draw(scene: Scene): void {
    const gl = this.#gl;
    const resources = this.#resources;
    if (resources === null || gl.isContextLost()) return;
    this.#fitCanvas(scene);
    const layer = this.#layerOf(resources, scene);
    gl.viewport(0, 0, this.#canvas.width, this.#canvas.height);
    gl.clearColor(0, 0, 0, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    gl.depthFunc(gl.LEQUAL);
    gl.disable(gl.BLEND);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, layer.depth);
    this.#drawLines(resources, scene, false);
    if (scene.bodies.length === 0) return;
    this.#drawLayer(resources, layer);
    gl.bindTexture(gl.TEXTURE_2D, layer.depth);
    this.#drawLines(resources, scene, true);
  }

  /** The surfaces of a scene. */
  #layerOf(resources: Resources, scene: Scene): Layer {
    const { width, height } = this.#canvas;
    const { camera, canvas, depthMm, bodies, cuts } = scene;
    const of = JSON.stringify([
      this.#version,
      width,
      height,
      camera,
      canvas,
      depthMm,
      bodies,
      cuts,
    ]);
    const last = resources.layer;
    if (last?.of === of) return last.picture;
    const isSameSize = last?.picture.width === width && last.picture.height === height;
    if (!isSameSize) last?.picture.free();
    const picture =
      last !== null && isSameSize ? last.picture : createLayer(this.#gl, width, height);
    resources.layer = { picture, of };
    picture.redraw(() => this.#drawBodies(resources, scene));
    return picture;
  }

  #drawBodies(resources: Resources, scene: Scene): void {
    const gl = this.#gl;
    gl.enable(gl.DEPTH_TEST);
    gl.depthFunc(gl.LEQUAL);
    gl.disable(gl.BLEND);
    const { surface } = resources;
    this.#use(surface, scene);
    const { toward, up } = axesOf(scene.camera);
    gl.uniform3f(surface.uniform('uToward'), ...toward);
    gl.uniform3f(surface.uniform('uUp'), ...up);
    const isOpaque = ({ color }: Body) => color[3] >= 1;
    for (const body of scene.bodies.filter(isOpaque)) this.#drawBody(resources, body);
    gl.enable(gl.BLEND);
    gl.blendFuncSeparate(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA, gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    for (const body of scene.bodies.filter((body) => !isOpaque(body))) {
      // The depth first: of a surface that shines through only its nearest part is seen.
      gl.colorMask(false, false, false, false);
      this.#drawBody(resources, body);
      gl.colorMask(true, true, true, true);
      this.#drawBody(resources, body);
    }
  }

  /** Over what is there. */
  #drawLayer({ whole }: Resources, { color }: Layer): void {
    const gl = this.#gl;
    gl.useProgram(whole.handle);
    gl.bindTexture(gl.TEXTURE_2D, color);
    gl.uniform1i(whole.uniform('uColors'), 0);
    gl.disable(gl.DEPTH_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    gl.disable(gl.BLEND);
    gl.enable(gl.DEPTH_TEST);
  }

  /** The point of a surface under a point of the canvas, LPS mm; null where there is none. */
  pick(scene: Scene, at: CanvasPoint): Triple | null {
    const gl = this.#gl;
    const resources = this.#resources;
    if (resources === null || gl.isContextLost()) return null;
    const { width, height } = scene.canvas;
    const target = pixelTarget(gl);
    // Of all that is seen only the pixel under the pen falls into the target.
    const [x, y] = [Math.floor(at.x), Math.floor(height - at.y)];
    gl.viewport(-x, -y, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    gl.depthFunc(gl.LEQUAL);
    gl.disable(gl.BLEND);
    this.#use(resources.depth, scene);
    for (const { id } of scene.bodies) this.#drawParts(resources, id);
    const pixel = new Uint8Array(4);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    target.free();
    const depth = depthOf(pixel);
    if (depth === null) return null;
    return lpsAt(scene.camera, scene.canvas, at, 2 * depth - 1, scene.depthMm);
  }

  dispose(): void {
    this.#listeners.abort();
    this.#resources = null;
    this.#gl.getExtension('WEBGL_lose_context')?.loseContext();
  }

  #fitCanvas({ canvas, pixelRatio }: Scene): void {
    const width = Math.max(1, Math.round(canvas.width * pixelRatio));
    const height = Math.max(1, Math.round(canvas.height * pixelRatio));
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
  }

  #use(program: Program, { camera, canvas, depthMm, cuts }: Scene): void {
    const gl = this.#gl;
    gl.useProgram(program.handle);
    const matrix = clipFromLps(camera, canvas, depthMm);
    gl.uniformMatrix4fv(program.uniform('uClipFromLps'), false, matrix);
    const halves = cuts.halves.slice(0, MAX_CUTS);
    const numbers = new Float32Array(4 * MAX_CUTS);
    halves.forEach(({ normal, offset }, n) => numbers.set([...normal, offset], 4 * n));
    gl.uniform4fv(program.uniform('uCuts'), numbers);
    gl.uniform1i(program.uniform('uNCuts'), halves.length);
    gl.uniform1i(program.uniform('uIsCorner'), Number(cuts.isCorner));
  }

  #drawBody(resources: Resources, { id, color }: Body): void {
    this.#gl.uniform4f(resources.surface.uniform('uColor'), ...color);
    this.#drawParts(resources, id);
  }

  #drawParts(resources: Resources, body: string): void {
    const gl = this.#gl;
    for (const { vertices, n } of resources.bodies.get(body)?.values() ?? []) {
      gl.bindVertexArray(vertices);
      gl.drawElements(gl.TRIANGLES, n, gl.UNSIGNED_INT, 0);
    }
    gl.bindVertexArray(null);
  }

  /** All of them, or what of them lies before the surfaces, whose depth is bound. */
  #drawLines(resources: Resources, scene: Scene, isBefore: boolean): void {
    const gl = this.#gl;
    this.#use(resources.line, scene);
    gl.uniform1i(resources.line.uniform('uDepth'), 0);
    gl.uniform1i(resources.line.uniform('uIsBefore'), Number(isBefore));
    gl.bindVertexArray(resources.lineVertices);
    gl.bindBuffer(gl.ARRAY_BUFFER, resources.linePoints);
    for (const { points, color } of scene.lines) {
      gl.bufferData(gl.ARRAY_BUFFER, Float32Array.from(points.flat()), gl.STREAM_DRAW);
      gl.uniform4f(resources.line.uniform('uColor'), ...color);
      gl.drawArrays(gl.LINE_STRIP, 0, points.length);
    }
    gl.bindVertexArray(null);
  }

  #upload({ positions, normals, triangles }: Part): Buffers {
    const gl = this.#gl;
    const vertices = gl.createVertexArray();
    gl.bindVertexArray(vertices);
    const all = [positions, normals].map((numbers, location) => {
      const buffer = gl.createBuffer();
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.bufferData(gl.ARRAY_BUFFER, numbers, gl.STATIC_DRAW);
      gl.enableVertexAttribArray(location);
      gl.vertexAttribPointer(location, 3, gl.FLOAT, false, 0, 0);
      return buffer;
    });
    const indices = gl.createBuffer();
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, indices);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, triangles, gl.STATIC_DRAW);
    gl.bindVertexArray(null);
    return { vertices, all: [...all, indices], n: triangles.length };
  }

  #free({ vertices, all }: Buffers): void {
    this.#gl.deleteVertexArray(vertices);
    for (const buffer of all) this.#gl.deleteBuffer(buffer);
  }
}

function createResources(gl: WebGL2RenderingContext): Resources {
  const lineVertices = gl.createVertexArray();
  const linePoints = gl.createBuffer();
  gl.bindVertexArray(lineVertices);
  gl.bindBuffer(gl.ARRAY_BUFFER, linePoints);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 3, gl.FLOAT, false, 0, 0);
  gl.bindVertexArray(null);
  return {
    surface: createProgram(gl, SURFACE_VERTEX, SURFACE_FRAGMENT),
    line: createProgram(gl, SURFACE_VERTEX, LINE_FRAGMENT),
    depth: createProgram(gl, SURFACE_VERTEX, DEPTH_FRAGMENT),
    whole: createProgram(gl, LAYER_VERTEX, LAYER_FRAGMENT),
    layer: null,
    lineVertices,
    linePoints,
    bodies: new Map(),
  };
}

/** One pixel with depth to draw into, until it is freed. */
function pixelTarget(gl: WebGL2RenderingContext): { readonly free: () => void } {
  const [frame, color, depth] = [
    gl.createFramebuffer(),
    gl.createRenderbuffer(),
    gl.createRenderbuffer(),
  ];
  gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
  for (const [buffer, format, place] of [
    [color, gl.RGBA8, gl.COLOR_ATTACHMENT0],
    [depth, gl.DEPTH_COMPONENT24, gl.DEPTH_ATTACHMENT],
  ] as const) {
    gl.bindRenderbuffer(gl.RENDERBUFFER, buffer);
    gl.renderbufferStorage(gl.RENDERBUFFER, format, 1, 1);
    gl.framebufferRenderbuffer(gl.FRAMEBUFFER, place, gl.RENDERBUFFER, buffer);
  }
  return {
    free: () => {
      gl.bindFramebuffer(gl.FRAMEBUFFER, null);
      gl.deleteFramebuffer(frame);
      gl.deleteRenderbuffer(color);
      gl.deleteRenderbuffer(depth);
    },
  };
}
