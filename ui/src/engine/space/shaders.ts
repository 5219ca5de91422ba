/** GLSL of the space: surfaces, lines, and the depth under the pen. */

/** Half spaces that are cut away: `uCuts[n].xyz` points into what stays. */
export const MAX_CUTS = 6;

const CUT = `
uniform vec4 uCuts[${MAX_CUTS}];
uniform int uNCuts;
// Whether only what is beyond all of them goes, a corner cut out.
uniform bool uIsCorner;
bool isCut(vec3 lps) {
  int nBeyond = 0;
  for (int n = 0; n < uNCuts; n += 1) {
    if (dot(uCuts[n].xyz, lps) + uCuts[n].w < 0.0) nBeyond += 1;
  }
  return uIsCorner ? uNCuts > 0 && nBeyond == uNCuts : nBeyond > 0;
}
`;

export const SURFACE_VERTEX = `#version 300 es
precision highp float;
layout(location = 0) in vec3 aPosition;
layout(location = 1) in vec3 aNormal;
uniform mat4 uClipFromLps;
out vec3 vPosition;
out vec3 vNormal;
void main() {
  vPosition = aPosition;
  vNormal = aNormal;
  gl_Position = uClipFromLps * vec4(aPosition, 1.0);
}
`;

export const SURFACE_FRAGMENT = `#version 300 es
precision highp float;
in vec3 vPosition;
in vec3 vNormal;
uniform vec4 uColor;
uniform vec3 uToward;
uniform vec3 uUp;
out vec4 color;
${CUT}
void main() {
  if (isCut(vPosition)) discard;
  vec3 normal = normalize(vNormal);
  float facing = dot(normal, uToward);
  // The inside of a cut surface, darker.
  bool isInside = facing < 0.0;
  if (isInside) normal = -normal;
  vec3 lamp = normalize(uToward + 0.55 * uUp);
  float diffuse = max(dot(normal, lamp), 0.0);
  float shine = pow(max(dot(normal, normalize(lamp + uToward)), 0.0), 40.0);
  vec3 lit = uColor.rgb * (0.22 + 0.78 * diffuse) + vec3(isInside ? 0.0 : 0.16 * shine);
  color = vec4(isInside ? lit * 0.55 : lit, uColor.a);
}
`;

export const LINE_FRAGMENT = `#version 300 es
precision highp float;
uniform vec4 uColor;
// Whether only what lies before the surfaces is drawn.
uniform bool uIsBefore;
uniform highp sampler2D uDepth;
out vec4 color;
void main() {
  if (uIsBefore && gl_FragCoord.z > texelFetch(uDepth, ivec2(gl_FragCoord.xy), 0).r) discard;
  color = uColor;
}
`;

/** A triangle that covers all. */
export const LAYER_VERTEX = `#version 300 es
void main() {
  gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}
`;

export const LAYER_FRAGMENT = `#version 300 es
precision highp float;
uniform highp sampler2D uColors;
out vec4 color;
void main() {
  color = texelFetch(uColors, ivec2(gl_FragCoord.xy), 0);
}
`;

/** Depth in 24 bits; alpha says that there is something. */
export const DEPTH_FRAGMENT = `#version 300 es
precision highp float;
in vec3 vPosition;
out vec4 color;
${CUT}
void main() {
  if (isCut(vPosition)) discard;
  float depth = gl_FragCoord.z * 255.0;
  float high = floor(depth);
  float middle = floor((depth - high) * 255.0);
  float low = ((depth - high) * 255.0 - middle) * 255.0;
  color = vec4(high / 255.0, middle / 255.0, floor(low) / 255.0, 1.0);
}
`;

/** Of the depth that was written, 0 to 1; null where there is nothing. */
export function depthOf([high = 0, middle = 0, low = 0, alpha = 0]: Uint8Array): number | null {
  return alpha === 0 ? null : (high + (middle + low / 255) / 255) / 255;
}
