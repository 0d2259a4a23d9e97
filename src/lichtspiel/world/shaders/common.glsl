// What all passes of the world share: the light of the scene, noise, and the sky.
// Linear radiance throughout; tone mapping comes last, in finish.glsl.

#define STREET 0
#define SNOW 1
#define CLIFFS 2
#define MARS 3
#define BEACH 4
#define FOREST 5
#define MEADOW 6
#define MOUNTAINS 7
#define DESERT 8
#define RIVER 9
#define ROOM 10
#define STAGE 11
#define INDOORS (PLACE == ROOM || PLACE == STAGE)

const float FAR = 400.0;

uniform vec2 u_size;
uniform vec3 u_eye;
uniform mat3 u_view;          // columns: right, up, forward
uniform float u_focal;        // 1 / tan(half the vertical field of view)
uniform float u_time;
uniform vec2 u_shift;         // where this scene looks into the noise
uniform float u_neon;         // 1 in a street at night
uniform float u_night, u_wet, u_cel, u_density, u_cloud;
uniform vec3 u_sun, u_sun_color, u_ambient, u_zenith, u_horizon, u_fog;
uniform sampler2D u_noise;

float noise(vec2 p) { return textureLod(u_noise, (p + u_shift) / 256.0, 0.0).r; }

float hash(vec2 p) {
    vec3 q = fract(vec3(p.xyx) * 0.1031);
    q += dot(q, q.yzx + 33.33);
    return fract((q.x + q.y) * q.z);
}

vec3 view_ray() {
    vec2 uv = (2.0 * gl_FragCoord.xy - u_size) / u_size.y;
    return normalize(u_view * vec3(uv, u_focal));
}

// How much of what is t metres away shows through the fog.
float clearness(float t) { return exp(-u_density * t); }

vec3 fog_color(vec3 rd) {
    return mix(u_fog, u_sun_color, 0.18 * pow(max(dot(rd, u_sun), 0.0), 6.0) * (1.0 - u_night));
}

float sunlight(float facing) {  // in anime, light falls in steps
    float cel = 0.75 * smoothstep(0.18, 0.24, facing) + 0.25 * smoothstep(0.55, 0.6, facing);
    return u_cel > 0.5 ? cel : facing;
}

vec3 skylight(vec3 n) {
    vec3 bounce = u_ambient * vec3(0.55, 0.5, 0.45) * max(-n.y, 0.0);
    vec3 light = u_ambient * (0.62 + 0.38 * n.y) + bounce;
    light += u_neon * (vec3(0.34, 0.08, 0.26) * max(n.x, 0.0) + vec3(0.06, 0.22, 0.34) * max(-n.x, 0.0) + vec3(0.22, 0.15, 0.10));
    return light;
}

// The sky without clouds and stars: what a curved mirror needs.
vec3 clear_sky(vec3 rd) {
    float toward = max(dot(rd, u_sun), 0.0);
    float glow = pow(toward, 8.0);
    vec3 color = mix(u_horizon, u_zenith, sqrt(max(rd.y, 0.0)));
    color += u_sun_color * (0.10 * glow + 0.22 * pow(glow, 7.0)) * (1.0 - 0.6 * u_night);
    return color + u_sun_color * smoothstep(0.9975, 0.9988, toward) * mix(2.0, 1.1, u_night) * (1.0 - u_cloud);
}
