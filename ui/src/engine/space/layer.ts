/** A picture of surfaces and how deep they lie, kept until it is drawn anew. */

/** Samples of a pixel at its edges. */
const MOST_SAMPLES = 4;

export interface Layer {
  readonly width: number;
  readonly height: number;
  /** Colours, multiplied by their opacity. */
  readonly color: WebGLTexture;
  readonly depth: WebGLTexture;
  /** Draws the picture anew: `paint` draws into what is bound and cleared. */
  redraw(paint: () => void): void;
  free(): void;
}

export function createLayer(gl: WebGL2RenderingContext, width: number, height: number): Layer {
  const nSamples = Math.min(MOST_SAMPLES, Number(gl.getParameter(gl.MAX_SAMPLES)));
  const [rough, smooth] = [gl.createFramebuffer(), gl.createFramebuffer()];
  const buffers = [gl.createRenderbuffer(), gl.createRenderbuffer()] as const;
  const textures = [gl.createTexture(), gl.createTexture()] as const;
  const kinds = [
    [gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE, gl.COLOR_ATTACHMENT0],
    [gl.DEPTH_COMPONENT24, gl.DEPTH_COMPONENT, gl.UNSIGNED_INT, gl.DEPTH_ATTACHMENT],
  ] as const;
  gl.activeTexture(gl.TEXTURE0);
  kinds.forEach(([internal, format, type, place], n) => {
    const [buffer, texture] = [buffers[n] ?? null, textures[n] ?? null];
    gl.bindFramebuffer(gl.FRAMEBUFFER, rough);
    gl.bindRenderbuffer(gl.RENDERBUFFER, buffer);
    gl.renderbufferStorageMultisample(gl.RENDERBUFFER, nSamples, internal, width, height);
    gl.framebufferRenderbuffer(gl.FRAMEBUFFER, place, gl.RENDERBUFFER, buffer);
    gl.bindFramebuffer(gl.FRAMEBUFFER, smooth);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, internal, width, height, 0, format, type, null);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, place, gl.TEXTURE_2D, texture, 0);
  });
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  const [color, depth] = textures;
  return {
    width,
    height,
    color,
    depth,
    redraw(paint) {
      gl.bindFramebuffer(gl.FRAMEBUFFER, rough);
      gl.viewport(0, 0, width, height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
      paint();
      gl.bindFramebuffer(gl.READ_FRAMEBUFFER, rough);
      gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, smooth);
      const both = gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT;
      gl.blitFramebuffer(0, 0, width, height, 0, 0, width, height, both, gl.NEAREST);
      gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    },
    free() {
      for (const frame of [rough, smooth]) gl.deleteFramebuffer(frame);
      for (const buffer of buffers) gl.deleteRenderbuffer(buffer);
      for (const texture of textures) gl.deleteTexture(texture);
    },
  };
}
