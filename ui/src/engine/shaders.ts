/**
 * GLSL of the plane renderer.
 *
 * Both programs draw one rectangle, the slice; `vTexel` is the place in it, voxel centres at integers.
 * Integer textures cannot be filtered by the hardware, so interpolation is done here.
 */

/** How a slice's stored type is sampled. */
export type SamplerKind = 'sampler2D' | 'isampler2D' | 'usampler2D';

export const SLICE_VERTEX = `#version 300 es
precision highp float;
uniform vec2 uSize;
uniform mat3 uClipFromTexel;
out vec2 vTexel;
void main() {
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
  vTexel = corner * uSize - 0.5;
  vec3 clip = uClipFromTexel * vec3(vTexel, 1.0);
  gl_Position = vec4(clip.xy, 0.0, 1.0);
}
`;

export function imageFragment(sampler: SamplerKind): string {
  return `#version 300 es
precision highp float;
precision highp int;
precision highp ${sampler};
uniform ${sampler} uSlice;
uniform vec2 uSize;
uniform vec2 uGrey;
uniform bool uIsColor;
uniform bool uIsInverted;
uniform bool uIsLinear;
in vec2 vTexel;
out vec4 fragment;

vec3 stored(int column, int row) {
  vec3 channels = vec3(texelFetch(uSlice, ivec2(column, row), 0).rgb);
  return uIsColor ? channels : channels.rrr;
}

vec3 linear(vec2 texel) {
  vec2 below = floor(texel);
  vec2 weight = texel - below;
  ivec2 last = ivec2(uSize) - 1;
  ivec2 low = max(ivec2(below), 0);
  ivec2 high = min(ivec2(below) + 1, last);
  vec3 top = mix(stored(low.x, low.y), stored(high.x, low.y), weight.x);
  vec3 bottom = mix(stored(low.x, high.y), stored(high.x, high.y), weight.x);
  return mix(top, bottom, weight.y);
}

vec3 nearest(vec2 texel) {
  ivec2 at = clamp(ivec2(floor(texel + 0.5)), ivec2(0), ivec2(uSize) - 1);
  return stored(at.x, at.y);
}

void main() {
  vec3 value = uIsLinear ? linear(vTexel) : nearest(vTexel);
  // Each channel of a colour goes through the window by itself.
  vec3 shown = clamp(value * uGrey.x + uGrey.y, 0.0, 1.0);
  if (uIsInverted) shown = 1.0 - shown;
  // Not a number: black whatever the window.
  if (isnan(value.r)) shown = vec3(0.0);
  fragment = vec4(shown, 1.0);
}
`;
}

export const LABEL_FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;
uniform usampler2D uLabels;
uniform sampler2D uPalette;
uniform vec2 uSize;
uniform vec2 uLineRight;
uniform vec2 uLineDown;
uniform bool uIsOutline;
in vec2 vTexel;
out vec4 fragment;

uint labelAt(vec2 texel) {
  ivec2 at = ivec2(floor(texel + 0.5));
  if (any(lessThan(at, ivec2(0))) || any(greaterThanEqual(at, ivec2(uSize)))) return 0u;
  return texelFetch(uLabels, at, 0).r;
}

void main() {
  uint label = labelAt(vTexel);
  if (label == 0u) discard;
  vec4 style = texelFetch(uPalette, ivec2(int(label & 255u), int(label >> 8u)), 0);
  if (style.a == 0.0) discard;
  bool isEdge = labelAt(vTexel + uLineRight) != label || labelAt(vTexel - uLineRight) != label
    || labelAt(vTexel + uLineDown) != label || labelAt(vTexel - uLineDown) != label;
  float opacity = isEdge ? max(style.a, 0.9) : (uIsOutline ? 0.0 : style.a);
  fragment = vec4(style.rgb, opacity);
}
`;
