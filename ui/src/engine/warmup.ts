/**
 * The first use of the graphics driver takes long: starting it, and compiling the shaders. Done while
 * the user looks for a file, the first image need not wait for it.
 */

import { createProgram } from './gl';
import { imageFragment, LABEL_FRAGMENT, SLICE_VERTEX } from './shaders';

/** Stored types of nearly all images: signed and unsigned integers. */
const USUAL = ['isampler2D', 'usampler2D'] as const;

/** Starts the driver and compiles the usual shaders; without WebGL2 the viewer will say so itself. */
export function warmUp(): void {
  const gl = document.createElement('canvas').getContext('webgl2');
  if (gl === null) return;
  for (const fragment of [...USUAL.map(imageFragment), LABEL_FRAGMENT]) {
    createProgram(gl, SLICE_VERTEX, fragment);
  }
  gl.finish();
  gl.getExtension('WEBGL_lose_context')?.loseContext();
}
