// The last pass: tone mapping, softened stair-steps, rain and snow, and the asked style.

#define PHOTO 0
#define ANIME 1
#define FANTASY 2
#define PENCIL 3
#define NOIR 4

uniform sampler2D u_picture;
uniform sampler2D u_noise;
uniform vec2 u_size;
uniform float u_time, u_rain, u_snow, u_night, u_exposure;
uniform vec2 u_shift;
uniform mat3 u_view;
uniform float u_focal;

out vec4 o_color;

float noise(vec2 p) { return textureLod(u_noise, (p + u_shift) / 256.0, 0.0).r; }

vec3 tone(vec3 x) {  // a filmic curve, then the display's gamma
    x = max(x * u_exposure, 0.0);
    x = x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14);
    return pow(clamp(x, 0.0, 1.0), vec3(1.0 / 2.2));
}

vec4 pixel(vec2 at) {
    vec4 c = textureLod(u_picture, at / u_size, 0.0);
    return vec4(tone(c.rgb), c.a);
}
float luma(vec3 c) { return dot(c, vec3(0.299, 0.587, 0.114)); }

float hash(vec2 p) {
    vec3 q = fract(vec3(p.xyx) * 0.1031);
    q += dot(q, q.yzx + 33.33);
    return fract((q.x + q.y) * q.z);
}

// Along an edge, average with the two neighbours that it separates the least.
vec3 smooth_edges(vec2 at) {
    vec3 c = pixel(at).rgb;
    float n = luma(pixel(at + vec2(0, 1)).rgb), s = luma(pixel(at - vec2(0, 1)).rgb);
    float e = luma(pixel(at + vec2(1, 0)).rgb), w = luma(pixel(at - vec2(1, 0)).rgb);
    float m = luma(c);
    float range = max(max(n, s), max(e, max(w, m))) - min(min(n, s), min(e, min(w, m)));
    if (range < 0.06) return c;
    vec2 along = normalize(vec2(-(n - s), e - w) + 1e-4);
    vec3 near = pixel(at + along * 0.6).rgb + pixel(at - along * 0.6).rgb;
    return mix(c, 0.5 * near, 0.6);
}

float outline(vec2 at) {
    float w = max(1.0, u_size.y / 256.0);
    vec4 a = pixel(at + vec2(w, 0)), b = pixel(at - vec2(w, 0));
    vec4 c = pixel(at + vec2(0, w)), d = pixel(at - vec2(0, w));
    float shape = abs(a.a - b.a) + abs(c.a - d.a);  // log depth, 0 in figures
    float tone = abs(luma(a.rgb) - luma(b.rgb)) + abs(luma(c.rgb) - luma(d.rgb));
    return clamp(smoothstep(0.06, 0.16, shape) + smoothstep(0.22, 0.5, tone), 0.0, 1.0);
}

// Drops on one straight course, two layers deep.
float rain(vec2 uv) {
    float sum = 0.0;
    for (int i = 0; i < 2; i++) {
        float near = float(i);
        vec2 p = vec2((uv.x + 0.12 * uv.y) * (22.0 - 8.0 * near), uv.y * (1.5 - 0.4 * near) + u_time * (2.6 + near));
        float column = floor(p.x);
        p.y += hash(vec2(column, near * 7.0)) * 9.0;
        float there = step(0.45, hash(vec2(column, floor(p.y) + 50.0 * near)));
        float line = smoothstep(0.16, 0.03, abs(fract(p.x) - 0.5));
        sum += there * line * smoothstep(0.0, 0.2, fract(p.y)) * smoothstep(0.55, 0.2, fract(p.y)) * (0.5 + 0.4 * near);
    }
    return sum;
}

// Flakes that keep their course: each falls at its layer's speed and sways a little.
float flakes(vec2 uv) {
    float sum = 0.0;
    for (int i = 0; i < 3; i++) {
        float near = float(i);
        float scale = 7.0 - 1.8 * near;
        vec2 p = uv * scale + vec2(0.35 * u_time, u_time * (0.75 + 0.18 * near) * scale * 0.3);
        p += 13.0 * near;
        vec2 cell = floor(p);
        float h = hash(cell + 31.0 * near);
        vec2 at = 0.3 + 0.4 * vec2(h, fract(h * 17.0));
        at.x += 0.10 * sin(u_time * 1.6 + h * 40.0);
        sum += step(0.35, fract(h * 7.0)) * smoothstep(0.105, 0.045, length(fract(p) - at)) * (0.55 + 0.2 * near);
    }
    return sum;
}

#if STYLE == FANTASY
// Bright parts shine beyond their outlines.
vec3 bloom(vec2 at) {
    vec3 sum = vec3(0);
    for (int i = 0; i < 12; i++) {
        float angle = 2.4 * float(i), reach = (2.0 + 0.9 * float(i)) * u_size.y / 256.0;
        sum += max(pixel(at + reach * vec2(cos(angle), sin(angle))).rgb - 0.45, 0.0);
    }
    return sum / 12.0;
}

// A sky with northern lights and a large moon in every direction.
vec3 wonder(vec3 rd, vec3 color) {
    float azimuth = atan(rd.x, rd.z), bend = 0.12 * noise(vec2(azimuth * 4.0 + 0.15 * u_time, 5.0));
    float veil = noise(vec2(azimuth * 9.0 + 0.25 * u_time, 8.0));
    float band = smoothstep(0.02, 0.14, rd.y - bend) * smoothstep(0.75, 0.15, rd.y - bend);
    vec3 hue = mix(vec3(0.15, 0.95, 0.65), vec3(0.75, 0.25, 0.95), smoothstep(0.1, 0.5, rd.y));
    color = mix(color, color * vec3(0.50, 0.38, 0.75), 0.8) + hue * band * (0.15 + 0.55 * veil * veil);
    float third = 2.0943951;
    float near = mod(azimuth + u_shift.x, third) - 0.5 * third;
    vec2 from = vec2(near, rd.y - 0.24) / 0.13;
    float disc = smoothstep(1.0, 0.93, length(from)), craters = noise(from * 2.5 + 20.0);
    return mix(color, vec3(1.0, 0.88, 0.95) * (0.65 + 0.4 * craters), disc) + vec3(0.35, 0.22, 0.45) * exp(-2.2 * max(length(from) - 0.9, 0.0));
}

// Lights that rise slowly through the air.
vec3 motes(vec2 uv) {
    vec3 sum = vec3(0);
    for (int i = 0; i < 2; i++) {
        float scale = 5.0 - 1.7 * float(i);
        vec2 p = uv * scale - vec2(0.15 * sin(0.7 * u_time), 0.35 * u_time) + 13.0 * float(i);
        float h = hash(floor(p) + 7.0 * float(i));
        float away = length(fract(p) - (0.3 + 0.4 * vec2(h, fract(h * 17.0))));
        vec3 hue = fract(h * 5.0) < 0.5 ? vec3(1.0, 0.85, 0.45) : vec3(0.45, 0.95, 1.0);
        float pulse = 0.7 + 0.3 * sin(2.0 * u_time + 40.0 * h);
        sum += step(0.45, fract(h * 7.0)) * pulse * hue * (smoothstep(0.07, 0.03, away) + 0.35 * smoothstep(0.22, 0.0, away));
    }
    return sum;
}
#endif

void main() {
    vec2 at = gl_FragCoord.xy;
    vec2 uv = at / u_size.y;
    vec3 color = smooth_edges(at);
#ifdef WEATHER
    color = mix(color, vec3(0.80, 0.86, 0.95) * (1.0 - 0.45 * u_night), u_rain * 0.42 * clamp(rain(uv), 0.0, 1.0));
    color = mix(color, vec3(0.96, 0.97, 1.0) * (1.0 - 0.2 * u_night), u_snow * clamp(flakes(uv), 0.0, 1.0));
#endif
#if STYLE == ANIME
    {
        float m = luma(color);
        vec3 flat_color = mix(vec3(m), color, 1.45);
        flat_color *= (floor(m * 7.0 + 0.5) / 7.0 + 0.12) / (m + 0.12);
        color = mix(clamp(flat_color * 1.08, 0.0, 1.0), vec3(0.05, 0.03, 0.09), 0.85 * outline(at));
    }
#elif STYLE == FANTASY
    {
#ifdef SKY
        vec3 rd = normalize(u_view * vec3((2.0 * at - u_size) / u_size.y, u_focal));
        color = mix(color, wonder(rd, color), smoothstep(0.97, 0.99, pixel(at).a));
#endif
        float m = luma(color);
        color = mix(vec3(m), color, 1.30) * vec3(0.84, 0.76, 0.95) + vec3(0.05, 0.0, 0.10) * (1.0 - m);
        color += vec3(0.6, 0.5, 0.7) * bloom(at) + 0.8 * motes(uv);
    }
#elif STYLE == PENCIL
    {
        float m = luma(color);
        vec2 q = at * 256.0 / u_size.y;
        float one = 0.5 + 0.5 * sin((q.x + q.y) * 1.15 + 1.5 * noise(q * 0.3));
        float two = 0.5 + 0.5 * sin((q.x - q.y) * 1.15 + 1.5 * noise(q * 0.3 + 20.0));
        float hatch = smoothstep(0.62, 0.20, m) * 0.42 * one + smoothstep(0.34, 0.06, m) * 0.38 * two;
        float paper = 0.95 - 0.05 * noise(q * 1.7);
        float shade = paper - hatch - 0.25 * (1.0 - m) - 0.75 * outline(at);
        color = vec3(1.0, 0.985, 0.95) * clamp(shade, 0.05, 1.0);
    }
#elif STYLE == NOIR
    {
        float m = luma(color);
        m = mix(m, m * m * (3.0 - 2.0 * m), 0.85);
        vec2 c = at / u_size - 0.5;
        color = vec3(1.0, 0.99, 0.97) * m * (1.0 - 0.9 * dot(c, c));
    }
#endif
    o_color = vec4(color, 1.0);
}
