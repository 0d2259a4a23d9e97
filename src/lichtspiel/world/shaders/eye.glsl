// A human eye in extreme close-up. Output: linear radiance.

uniform vec2 u_size;
uniform float u_time;
uniform vec2 u_gaze;          // where the iris is, in half heights of the picture
uniform float u_lid;          // 0 open .. 1 closed
uniform vec3 u_iris;
uniform vec3 u_face;          // colour of the skin
uniform vec3 u_sun_color, u_ambient;
uniform float u_cel;
uniform vec2 u_shift;
uniform sampler2D u_noise;

out vec4 o_color;

float noise(vec2 p) { return textureLod(u_noise, (p + u_shift) / 256.0, 0.0).r; }

void main() {
    float px = 2.0 / u_size.y;
    vec2 uv = (2.0 * gl_FragCoord.xy - u_size) / min(u_size.x, u_size.y);
    vec3 light = u_ambient + 0.7 * u_sun_color;

    // The lids: two arcs that meet in the corners.
    float span = max(1.0 - uv.x * uv.x / 0.80, 0.0);
    float top = mix(0.50, -0.18, u_lid) * pow(span, 0.75) + 0.04 * uv.x;
    float low = -0.34 * pow(span, 0.9) + 0.04 * uv.x;
    float opening = min(top - uv.y, uv.y - low);

    float folds = noise(uv * vec2(9.0, 26.0)) * 0.5 + noise(uv * 40.0) * 0.2;
    vec3 skin = u_face * (0.80 + 0.25 * folds);
    skin *= 1.0 - 0.45 * smoothstep(0.07, 0.0, abs(uv.y - top - 0.15));
    skin *= 1.0 - 0.30 * smoothstep(0.06, 0.0, abs(uv.y - low + 0.13));
    float brow = smoothstep(0.12, 0.03, abs(uv.y - 0.86 + 0.22 * uv.x * uv.x)) * smoothstep(1.0, 0.7, abs(uv.x));
    skin = mix(skin, vec3(0.06, 0.035, 0.02), brow * (0.55 + 0.45 * noise(uv * vec2(60.0, 14.0))));
    skin *= light * (0.85 + 0.15 * uv.x);

    float r = length(uv - u_gaze);
    float a = atan(uv.y - u_gaze.y, uv.x - u_gaze.x);
    vec3 white = vec3(0.86, 0.83, 0.80) * (1.0 - 0.30 * dot(uv, uv));
    white = mix(white, vec3(0.72, 0.35, 0.30), 0.35 * smoothstep(0.45, 0.85, abs(uv.x)));
    float fibre = noise(vec2(a * 9.0, r * 6.0)) * 0.6 + noise(vec2(a * 23.0, r * 9.0)) * 0.4;
    vec3 iris = u_iris * (0.55 + 1.1 * fibre) * (0.7 + 0.9 * smoothstep(0.10, 0.24, r));
    iris *= 1.0 - 0.75 * smoothstep(0.24, 0.31, r);
    float pupil = 0.105 + 0.006 * sin(u_time * 1.3);
    iris *= smoothstep(pupil - px, pupil + 2.0 * px, r);
    vec3 ball = mix(iris, white, smoothstep(0.305, 0.32, r));
    ball *= light * (1.0 - 0.55 * smoothstep(0.20, 0.0, top - uv.y));
    vec2 glint = uv - u_gaze * 0.75 - vec2(-0.09, 0.12);
    ball += (0.9 + 0.5 * u_sun_color) * smoothstep(0.055, 0.03, length(glint * vec2(1.0, 0.8)));
    ball += 0.35 * light * smoothstep(0.035, 0.015, length(uv - u_gaze * 0.75 - vec2(0.10, -0.11)));

    float lash_x = uv.x * 19.0 + 1.4 * uv.x * (uv.y - top) * 14.0;
    float lash = smoothstep(0.34, 0.10, abs(fract(lash_x) - 0.5)) * smoothstep(0.20, 0.02, uv.y - top) * step(top, uv.y);
    float rim = smoothstep(0.035, 0.008, abs(uv.y - top)) + 0.4 * smoothstep(0.02, 0.005, abs(uv.y - low));
    float inside = smoothstep(0.0, 2.0 * px, opening) * step(abs(uv.x), 0.9);
    vec3 color = mix(skin, ball, inside);
    float dark = max(lash * 0.9, min(rim, 1.0)) * step(abs(uv.x), 0.88);
    color = mix(color, vec3(0.02, 0.015, 0.012) * light, dark);
    if (u_cel > 0.5) color = floor(color * 7.0 + 0.5) / 7.0 * 0.6 + color * 0.4;
    o_color = vec4(color, 0.3);
}
