/**
 * GLSL of the plane renderer.
 *
 * Both programs draw a part of the slice, mostly all of it; `vTexel` is the place in the slice, voxel
 * centres at integers.
 * Integer textures cannot be filtered by the hardware, so interpolation is done here.
 */

/** How a slice's stored type is sampled. */
export type SamplerKind = 'sampler2D' | 'isampler2D' | 'usampler2D';

export const SLICE_VERTEX = `#version 300 es
precision highp float;
uniform vec2 uFrom;
uniform vec2 uTo;
uniform mat3 uClipFromTexel;
out vec2 vTexel;
void main() {
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
  vTexel = mix(uFrom, uTo, corner);
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
// From the first to the second; none where the first is the greater.
uniform vec2 uPadding;
// Stored values from the first to the second are tinted; none where the first is the greater.
uniform vec2 uHighlight;
uniform vec3 uTint;
uniform sampler2D uTable;
// 0 where there is none.
uniform int uTableSize;
uniform bool uIsSigmoid;
uniform bool uIsColor;
uniform bool uIsInverted;
uniform bool uIsLinear;
in vec2 vTexel;
out vec4 fragment;

vec3 stored(int column, int row) {
  vec3 channels = vec3(texelFetch(uSlice, ivec2(column, row), 0).rgb);
  return uIsColor ? channels : channels.rrr;
}

bool isPadding(vec3 value) {
  return !uIsColor && value.r >= uPadding.x && value.r <= uPadding.y;
}

vec3 nearest(vec2 texel) {
  ivec2 at = clamp(ivec2(floor(texel + 0.5)), ivec2(0), ivec2(uSize) - 1);
  return stored(at.x, at.y);
}

// Beside padding nothing is mixed with it.
vec3 linear(vec2 texel) {
  vec2 below = floor(texel);
  vec2 weight = texel - below;
  ivec2 last = ivec2(uSize) - 1;
  ivec2 low = max(ivec2(below), 0);
  ivec2 high = min(ivec2(below) + 1, last);
  vec3 a = stored(low.x, low.y);
  vec3 b = stored(high.x, low.y);
  vec3 c = stored(low.x, high.y);
  vec3 d = stored(high.x, high.y);
  if (isPadding(a) || isPadding(b) || isPadding(c) || isPadding(d)) return nearest(texel);
  return mix(mix(a, b, weight.x), mix(c, d, weight.x), weight.y);
}

float greyAt(float place) {
  int at = clamp(int(floor(place)), 0, uTableSize - 1);
  return texelFetch(uTable, ivec2(at & 255, at >> 8), 0).r;
}

// DICOM PS3.3 C.11.2.1.
vec3 greyOf(vec3 value) {
  vec3 place = value * uGrey.x + uGrey.y;
  if (uTableSize > 0) return vec3(greyAt(place.r), greyAt(place.g), greyAt(place.b));
  if (uIsSigmoid) return 1.0 / (1.0 + exp(-4.0 * (place - 0.5)));
  return clamp(place, 0.0, 1.0);
}

void main() {
  vec3 value = uIsLinear ? linear(vTexel) : nearest(vTexel);
  // Each channel of a colour goes through the window by itself.
  vec3 shown = greyOf(value);
  if (uIsInverted) shown = 1.0 - shown;
  // Not a number, or no image: black whatever the window.
  vec3 own = nearest(vTexel);
  if (isnan(value.r) || isPadding(own)) shown = vec3(0.0);
  else if (!uIsColor && own.r >= uHighlight.x && own.r <= uHighlight.y) shown = mix(shown, uTint, 0.5);
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
