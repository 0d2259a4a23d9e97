// The place itself, for every pixel: ground, walls, water, props and sky, met in closed form.
// Drawn twice, above the horizon (UPPER) and below it, because a software renderer pays for every
// branch that it doesn't take.
// Output 0: radiance, log depth (0.1 near .. 1 sky). Output 1: the part of it that the sun gives,
// distance. Output 2: ground normal x and z, mirror strength.

const float WALL = 6.5;       // half the width of the street
const float CELL = 10.0;      // a house along the street
const float SEA = -8.0;       // sea level below the cliffs
const float QUAY = 2.8;       // where the river begins
const float BANK = 26.0;      // where it ends, at the old city
const vec3 ROOM_SIZE = vec3(6.0, 3.6, 6.0);
const vec3 STAGE_LOW = vec3(-8.0, 0.0, -14.0), STAGE_HIGH = vec3(8.0, 6.5, 4.5);
const int MAX_PROPS = 28;

uniform int u_props;
uniform vec4 u_prop[MAX_PROPS];   // centre of an ellipsoid, roughness of its surface
uniform vec3 u_radii[MAX_PROPS];
uniform vec3 u_tint[MAX_PROPS];

layout(location = 0) out vec4 o_color;
layout(location = 1) out vec4 o_sun;
layout(location = 2) out vec4 o_mirror;

struct Hit {
    float t;
    vec3 n;
    vec3 albedo;
    vec3 glow;
    float mirror;
};

float clouds(vec2 p) { return 0.64 * noise(p) + 0.36 * noise(p * 2.3 + 7.0); }

// How much detail of wavelength w is left at distance t without aliasing.
float detail(float w, float t) {
    float pixel = 2.0 * t / (u_focal * u_size.y);
    return clamp(w / (4.0 * pixel) - 0.5, 0.0, 1.0);
}

// --- sky ---------------------------------------------------------------------------------------

#ifdef UPPER
float ridge(float azimuth, float scale, float offset) {
    vec2 p = vec2(azimuth * scale, offset);
    return 0.65 * noise(p) + 0.35 * noise(p * 2.3 + 11.0);
}

vec3 sky(vec3 rd) {
    vec3 color = clear_sky(rd);
    float toward = max(dot(rd, u_sun), 0.0);
    {
        vec2 p = rd.xz / (rd.y + 0.12) * 5.0 + vec2(u_time * 0.10, 0.0);
        float cover = smoothstep(0.50 - 0.3 * u_cloud, 0.78, clouds(p)) * smoothstep(0.04, 0.3, rd.y);
#if PLACE == MARS
        cover *= 0.25;
#endif
        vec3 lit = u_ambient * 1.25 + u_sun_color * (0.25 + 0.5 * toward * toward * toward);
        color = mix(color, lit, cover * 0.75);
    }
    {
        vec2 grid = vec2(atan(rd.x, rd.z) * 9.0, rd.y * 11.0);
        vec2 cell = floor(grid);
        vec2 star = vec2(hash(cell), hash(cell + 17.0)) * 0.7 + 0.15;
        float size = 0.055 + 0.04 * hash(cell + 5.0);
        float there = step(0.72, hash(cell + u_shift)) * u_night * (1.0 - u_cloud) * step(0.03, rd.y);
        color += vec3(0.55, 0.6, 0.7) * there * smoothstep(size, 0.2 * size, length(fract(grid) - star));
    }
    return color;
}

// Far hills, mesas or woods, seen by direction alone.
vec3 horizon(vec3 rd) {
    vec3 color = sky(rd);
#if PLACE != STREET && PLACE != CLIFFS && !INDOORS
    float azimuth = atan(rd.x, rd.z);
    float soft = 2.5 / (u_focal * u_size.y);
    for (int i = 0; i < 2; i++) {
        float near = float(i);
        float far_light = 0.62 - 0.30 * near;
#if PLACE == MARS
        float top = 0.02 + 0.16 * (1.0 - 0.45 * near) * smoothstep(0.42, 0.52, ridge(azimuth, 5.0, 3.0 + 40.0 * near));
        vec3 base = vec3(0.45, 0.19, 0.09);
#elif PLACE == MEADOW
        float top = 0.02 + (0.42 - 0.33 * near) * pow(ridge(azimuth, 7.0 + 4.0 * near, 3.0 + 40.0 * near), 1.3);
        vec3 base = near > 0.5 ? vec3(0.08, 0.17, 0.06) : mix(vec3(0.26, 0.27, 0.31), vec3(0.92), smoothstep(0.11, 0.15, rd.y + 0.05 * noise(vec2(azimuth * 30.0, rd.y * 90.0))));
#elif PLACE == SNOW
        float top = 0.01 + (0.26 - 0.16 * near) * ridge(azimuth, 6.0 + 5.0 * near, 3.0 + 40.0 * near);
        vec3 base = near > 0.5 ? vec3(0.70, 0.74, 0.80) : mix(vec3(0.45, 0.50, 0.58), vec3(0.92), smoothstep(0.05, 0.11, rd.y));
#elif PLACE == FOREST
        float tooth = abs(fract(azimuth * (17.0 - 6.0 * near) + 0.3 * near) - 0.5);
        float top = 0.16 + 0.12 * ridge(azimuth, 9.0, 3.0 + 40.0 * near) + (0.13 + 0.1 * near) * (0.5 - tooth) * (0.4 + 0.8 * hash(vec2(floor(azimuth * (17.0 - 6.0 * near) + 0.3 * near), near)));
        vec3 base = vec3(0.045, 0.11, 0.04);
#elif PLACE == MOUNTAINS
        float peak = clamp(2.6 * (ridge(azimuth, 7.0, 3.0) - 0.33), 0.0, 1.0);
        float jag = 0.10 * (noise(vec2(azimuth * 22.0, 9.0)) - 0.4) + 0.03 * noise(vec2(azimuth * 70.0, 9.0));
        float top = near > 0.5 ? 0.01 + 0.05 * ridge(azimuth, 9.0, 43.0) : 0.07 + 0.21 * peak + 0.6 * jag * (0.3 + peak);
        float east = ridge(azimuth + 0.02, 7.0, 3.0) - ridge(azimuth - 0.02, 7.0, 3.0);
        float face = noise(vec2(azimuth * 24.0 + rd.y * 24.0, rd.y * 16.0));
        float crag = clamp(0.72 + 5.0 * east * sign(u_sun.x * rd.z - u_sun.z * rd.x) + 1.1 * (face - 0.5), 0.2, 1.2);
        float snow = smoothstep(0.0, 0.05, rd.y - 0.55 * top + 0.12 * (face - 0.5));
        vec3 base = near > 0.5 ? vec3(0.05, 0.10, 0.05) : mix(vec3(0.13, 0.14, 0.17), vec3(0.90), snow) * crag;
        far_light = 0.28 - 0.14 * near;
#elif PLACE == DESERT
        float top = 0.015 + (0.13 - 0.06 * near) * ridge(azimuth, 2.2 + near, 3.0 + 40.0 * near);
        float crest = ridge(azimuth + 0.25, 2.2 + near, 3.0 + 40.0 * near) - ridge(azimuth, 2.2 + near, 3.0 + 40.0 * near);
        vec3 base = vec3(0.78, 0.53, 0.28) * (0.85 + 0.5 * clamp(crest * 4.0, -0.6, 0.6));
        far_light = 0.35 - 0.2 * near;
#elif PLACE == RIVER
        float block_of = floor(azimuth * 14.0 + 5.0 * near);
        float top = near > 0.5 ? -1.0 : 0.05 + 0.06 * hash(vec2(block_of, 3.0) + u_shift);
        vec3 base = vec3(0.40, 0.33, 0.28);
#else
        float top = near > 0.5 ? -1.0 : 0.12 * smoothstep(0.1, 0.9, azimuth + 0.5 * u_shift.x / 256.0) * (0.6 + 0.5 * ridge(azimuth, 6.0, 3.0));
        vec3 base = vec3(0.20, 0.24, 0.18);
#endif
        vec3 light = u_ambient + 0.5 * u_sun_color * max(u_sun.y + 0.25, 0.0);
        vec3 hill = mix(base * light, u_fog, far_light);
        color = mix(color, hill, smoothstep(top + soft, top - soft, rd.y));
    }
#endif
    return color;
}
#endif

// --- things that stand still ----------------------------------------------------------------------

Hit nothing() { return Hit(FAR, vec3(0, 1, 0), vec3(0), vec3(0), 0.0); }

void props(vec3 ro, vec3 rd, inout Hit hit) {
    float nearest = hit.t;
    int which = -1;
    for (int i = 0; i < u_props; i++) {
        vec3 o = (ro - u_prop[i].xyz) / u_radii[i];
        vec3 d = rd / u_radii[i];
        float a = dot(d, d), b = dot(o, d);
        float disc = b * b - a * (dot(o, o) - 1.0);
        float t = (-b - sqrt(max(disc, 0.0))) / a;
        bool closer = disc > 0.0 && t > 0.05 && t < nearest;
        nearest = closer ? t : nearest;
        which = closer ? i : which;
    }
    if (which < 0) return;
    vec3 p = ro + rd * nearest, r = u_radii[which];
    vec3 n = normalize((p - u_prop[which].xyz) / (r * r));
    float rough = u_prop[which].w;
    float scale = 2.9 / max(min(r.x, r.y), 0.25);
    vec2 q = vec2(atan(n.x, n.z) * 2.0 * r.x, p.y) * scale;
    float one = noise(q), two = noise(q * 2.7 + 5.0);
    float bump = one + 0.5 * two;
    // Leaves have a ragged outline: near the rim, noise decides what is there.
    if (rough > 0.7 && -dot(n, rd) < 0.45 * (bump - 0.35)) return;
    n = normalize(n + rough * 0.9 * (vec3(one, two, fract(one + two)) - 0.5));
    hit = Hit(nearest, n, u_tint[which] * (0.55 + 0.6 * bump), vec3(0), 0.0);
}

vec3 neon(float h) {
    return h < 0.2 ? vec3(1.0, 0.12, 0.55) : h < 0.4 ? vec3(0.10, 0.75, 1.0)
         : h < 0.6 ? vec3(1.0, 0.45, 0.08) : h < 0.8 ? vec3(0.25, 1.0, 0.45) : vec3(0.75, 0.25, 1.0);
}

vec3 sign_light(vec2 uv, float h) {
    if (min(uv.x, uv.y) < 0.0 || max(uv.x, uv.y) > 1.0) return vec3(0);
    float frame = step(0.42, max(abs(uv.x - 0.5), abs(uv.y - 0.5)));
    float glyph = step(0.5, noise(floor(uv * vec2(2.0, 4.0)) * 7.3 + h * 50.0));
    return neon(h) * (0.35 + 0.9 * frame + 0.75 * glyph);
}

#if PLACE == STREET
void houses(vec3 ro, vec3 rd, inout Hit hit) {
    if (abs(rd.x) > 1e-4) {
        float side = sign(rd.x);
        float t = (side * WALL - ro.x) / rd.x;
        vec3 p = ro + rd * t;
        float cell = floor(p.z / CELL);
        float h = hash(vec2(cell, side) + u_shift);
        if (t > 0.0 && t < hit.t && p.y > 0.0 && p.y < 9.0 + 14.0 * h) {
            vec3 brick = mix(vec3(0.20, 0.17, 0.17), vec3(0.33, 0.27, 0.23), hash(vec2(cell, side * 3.0)));
            vec2 grid = vec2(fract(p.z / CELL) * 4.0, p.y / 2.4);
            vec2 f = abs(fract(grid) - 0.5);
            float pane = smoothstep(0.36, 0.32, max(f.x * 1.15, f.y)) * step(3.0, p.y);
            float lit = step(mix(0.93, 0.52, u_night), hash(floor(grid) + cell * 13.0 + side));
            vec3 glow = pane * lit * mix(vec3(1.0, 0.68, 0.32), vec3(0.6, 0.8, 1.0), step(0.7, h)) * (0.12 + 0.6 * u_night);
            float shop = step(p.y, 2.6) * step(0.25, p.y) * smoothstep(0.5, 0.44, abs(fract(p.z / CELL * 2.0) - 0.5));
            glow += shop * mix(vec3(1.0, 0.72, 0.42), neon(fract(h * 7.0)), 0.35) * (0.10 + 0.55 * u_night);
            vec2 board = vec2((fract(p.z / CELL) - 0.12) / 0.76, (p.y - 2.9) / 1.5);
            if (h > 0.45) {
                vec3 light = sign_light(board.yx, fract(h * 3.7));
                glow = mix(glow, light * (0.25 + 0.85 * u_night), step(0.01, light.r + light.g + light.b));
            }
            hit = Hit(t, vec3(-side, 0, 0), mix(brick, vec3(0.05, 0.06, 0.08), pane), glow, 0.0);
        }
    }
    // Signs that stand out over the pavement, one at a house.
    float first = floor(ro.z / CELL);
    float dir = rd.z > 0.0 ? 1.0 : -1.0;
    float best = hit.t, height = 0.0;
    vec2 where = vec2(-1);
    for (int i = 0; i < 5; i++) {
        float cell = first + dir * float(i);
        float t = ((cell + 0.5) * CELL - ro.z) / rd.z;
        vec3 p = ro + rd * t;
        float h = hash(vec2(cell * 3.0, sign(p.x)) + u_shift);
        vec2 uv = vec2((abs(p.x) - WALL + 1.5) / 1.3, (p.y - 3.2 - 1.5 * h) / 3.2);
        bool there = t > 0.05 && t < best && max(abs(uv.x - 0.5), abs(uv.y - 0.5)) < 0.5 && h > 0.4;
        best = there ? t : best;
        where = there ? uv : where;
        height = there ? h : height;
    }
    if (best < hit.t) {
        vec3 light = sign_light(where, height) * (0.25 + 0.95 * u_night);
        hit = Hit(best, vec3(0, 0, -dir), vec3(0.1), light, 0.0);
    }
}
#endif

#if PLACE == RIVER
const float TOWN = 5.0;       // width of a house of the old city

// A house front: whether (x, y) is on it, and what is seen there.
bool front(vec2 at, float row, out vec3 albedo, out vec3 glow) {
    float cell = floor(at.x / TOWN), u = fract(at.x / TOWN);
    float h = hash(vec2(cell, row) + u_shift);
    float eaves = 4.2 + 2.6 * h, gable = 1.9 * (1.0 - abs(2.0 * u - 1.0));
    if (at.y > eaves + gable) return false;
    vec3 plaster = h < 0.25 ? vec3(0.72, 0.52, 0.28) : h < 0.5 ? vec3(0.70, 0.42, 0.34) : h < 0.75 ? vec3(0.74, 0.68, 0.55) : vec3(0.50, 0.58, 0.62);
    vec2 grid = vec2(u * 4.0, (at.y - 1.2) / 1.5);
    vec2 f = abs(fract(grid) - 0.5);
    float pane = smoothstep(0.30, 0.26, max(f.x * 1.3, f.y)) * step(1.4, at.y) * step(at.y, eaves - 0.2);
    float lit = step(0.45, hash(floor(grid) + cell * 7.0 + row)) * u_night;
    albedo = at.y > eaves ? vec3(0.42, 0.16, 0.10) : mix(plaster, vec3(0.07, 0.08, 0.10), pane);
    albedo = at.y < 1.2 ? vec3(0.34, 0.31, 0.27) : albedo;  // the embankment
    glow = pane * lit * vec3(1.0, 0.66, 0.28) * 0.9;
    return true;
}

// The cathedral: a nave with a rose window between two towers with spires.
bool cathedral(vec2 at, out vec3 albedo, out vec3 glow) {
    at.x -= (hash(u_shift) - 0.5) * 9.0;
    float x = abs(at.x), side = abs(x - 2.9);
    float top = x < 2.2 ? 8.6 - 0.75 * x : 0.0;
    if (side < 1.25) top = max(top, 9.6);
    top = max(top, 14.2 - 3.7 * side);
    if (at.y > top || x > 4.15) return false;
    float stone = noise(at * 3.0) * 0.2;
    albedo = vec3(0.56, 0.49, 0.40) * (0.85 + stone);
    albedo = at.y > 9.6 ? vec3(0.20, 0.28, 0.27) : albedo;
    float rose = length(at - vec2(0.0, 5.6));
    float arch = max(abs(side), abs(at.y - 6.6) * 0.45) < 0.42 || (x < 0.75 && at.y < 3.4 && at.y > 1.2) ? 1.0 : 0.0;
    float dark = max(arch, smoothstep(1.15, 1.05, rose));
    albedo = mix(albedo, vec3(0.06, 0.06, 0.08), dark * 0.85);
    float petals = 0.5 + 0.5 * cos(8.0 * atan(at.y - 5.6, at.x));
    glow = dark * u_night * mix(vec3(1.0, 0.6, 0.2), vec3(0.4, 0.5, 1.0), step(rose, 1.15) * petals) * 0.8;
    glow += (1.0 - dark) * u_night * vec3(0.30, 0.20, 0.09) * smoothstep(12.0, 0.0, at.y);  // lit from below
    return true;
}

void town(vec3 ro, vec3 rd, inout Hit hit) {
    if (abs(rd.z) < 1e-4) return;
    float far = rd.z > 0.0 ? BANK : -13.0;
    float t = (far - ro.z) / rd.z;
    vec3 p = ro + rd * t, albedo, glow;
    if (t < 0.0 || t > hit.t || p.y < -0.01 || p.y > 15.0) return;
    bool there = far > 0.0 && cathedral(p.xy, albedo, glow);
    if (!there) there = front(p.xy, far, albedo, glow);
    if (there) hit = Hit(t, vec3(0, 0, -sign(far)), albedo, glow, 0.0);
}
#endif

#if INDOORS
// Where a ray from inside meets the walls of a room; false on its floor.
bool indoors(vec3 ro, vec3 rd, vec3 low, vec3 high, inout Hit hit, out vec3 p) {
    rd += vec3(lessThan(abs(rd), vec3(1e-4))) * 1e-4;
    vec3 far = (mix(low, high, step(0.0, rd)) - ro) / rd;
    float t = min(far.x, min(far.y, far.z));
    p = ro + rd * t;
    if (t > hit.t || (t == far.y && rd.y < 0.0)) return false;
    vec3 n = -sign(rd) * vec3(t == far.x, t == far.y, t == far.z);
    hit = Hit(t, n, vec3(0.5), vec3(0), 0.0);
    return true;
}

void block_at(vec3 ro, vec3 rd, vec3 center, vec3 size, vec3 albedo, inout Hit hit) {
    rd += vec3(lessThan(abs(rd), vec3(1e-4))) * 1e-4;
    vec3 middle = (center - ro) / rd, reach = abs(size / rd);
    vec3 near = middle - reach, far = middle + reach;
    float t = max(near.x, max(near.y, near.z));
    if (t < 0.05 || t > min(far.x, min(far.y, far.z)) || t > hit.t) return;
    hit = Hit(t, -sign(rd) * vec3(t == near.x, t == near.y, t == near.z), albedo, vec3(0), 0.0);
}

float folds(float u) { return sin(u * 7.0 + 2.0 * noise(vec2(u * 1.5, 3.0))); }
#endif

#if PLACE == ROOM
vec3 tint(float h) {
    return h < 0.25 ? vec3(0.74, 0.66, 0.52) : h < 0.5 ? vec3(0.50, 0.60, 0.47) : h < 0.75 ? vec3(0.52, 0.61, 0.70) : vec3(0.72, 0.50, 0.40);
}

void walls(vec3 ro, vec3 rd, inout Hit hit) {
    vec3 p;
    float h = hash(u_shift), g = hash(u_shift + 9.0);
    if (indoors(ro, rd, vec3(-ROOM_SIZE.x, 0.0, -ROOM_SIZE.z), ROOM_SIZE, hit, p)) {
        vec3 n = hit.n;
        float u = abs(n.x) > 0.5 ? p.z * sign(n.x) : -p.x * sign(n.z), v = p.y;
        hit.albedo = tint(h) * (0.96 + 0.06 * noise(vec2(u, v) * 2.0));
        if (n.y < -0.5) {
            hit.albedo = vec3(0.78);
            hit.glow = vec3(1.2, 0.9, 0.55) * smoothstep(0.55, 0.45, length(p.xz)) * u_night;
        } else if (v < 0.16) {
            hit.albedo = vec3(0.80);
        } else if (max(abs(u), abs(v - 1.9) * 1.55) < 1.5) {  // a window
            float edge = max(abs(u), abs(v - 1.9) * 1.55);
            float frame = edge > 1.38 || min(abs(u), abs(v - 1.9)) < 0.05 ? 1.0 : 0.0;
            float hill = step(rd.y, 0.02 + 0.08 * noise(vec2(atan(rd.x, rd.z) * 5.0, 2.0)));
            vec3 view = mix(clear_sky(rd), vec3(0.10, 0.17, 0.07) * (u_horizon + 0.05), hill);
            hit.albedo = mix(vec3(0.02), vec3(0.85), frame);
            hit.glow = view * (1.0 - frame);
        } else if (abs(abs(u) - 1.95) < 0.42 && v < 3.1) {  // its curtains
            hit.albedo = tint(g) * (0.75 + 0.25 * folds(u * 2.5));
        } else if (u > 2.7 && u < 5.2 && v < 2.5) {  // a shelf of books
            vec2 at = vec2(u * 11.0, v / 0.48);
            vec2 cell = floor(at);
            float k = hash(cell + u_shift);
            vec3 book = k < 0.25 ? vec3(0.50, 0.10, 0.08) : k < 0.5 ? vec3(0.10, 0.22, 0.38) : k < 0.75 ? vec3(0.62, 0.52, 0.30) : vec3(0.13, 0.28, 0.17);
            float shelf = step(fract(at.y), 0.12) + step(0.72 + 0.25 * hash(cell + 3.0), fract(at.y));
            hit.albedo = fract(at.y) < 0.12 ? vec3(0.30, 0.18, 0.09) : shelf > 0.5 ? vec3(0.09, 0.06, 0.04) : book;
        } else if (abs(u + 3.9) < 0.85 && abs(v - 1.95) < 0.62) {  // a picture
            float rim = max(abs(u + 3.9) - 0.75, abs(v - 1.95) - 0.52);
            vec2 q = vec2(u, v) * 3.0;
            vec3 paint = mix(vec3(0.15, 0.30, 0.50), vec3(0.80, 0.55, 0.20), smoothstep(0.35, 0.65, noise(q + 40.0 * g)));
            hit.albedo = rim > 0.0 ? vec3(0.35, 0.22, 0.08) : paint;
        }
    }
    vec3 cloth = tint(g) * 0.75;
    for (int i = 0; i < 2; i++) {  // two sofas that face each other
        float z = i == 0 ? 4.9 : -4.9, w = sign(z);
        block_at(ro, rd, vec3(0, 0.28, z), vec3(1.5, 0.28, 0.55), cloth, hit);
        block_at(ro, rd, vec3(0, 0.62, z + 0.45 * w), vec3(1.5, 0.42, 0.16), cloth * 0.9, hit);
    }
    block_at(ro, rd, vec3(5.4, 0.45, 0), vec3(0.4, 0.45, 1.1), vec3(0.32, 0.19, 0.09), hit);
    block_at(ro, rd, vec3(-5.4, 0.38, 0), vec3(0.45, 0.38, 1.3), vec3(0.42, 0.27, 0.14), hit);
}
#endif

#if PLACE == STAGE
void walls(vec3 ro, vec3 rd, inout Hit hit) {
    vec3 p;
    if (!indoors(ro, rd, STAGE_LOW, STAGE_HIGH, hit, p)) return;
    float u = abs(hit.n.x) > 0.5 ? p.z : p.x;
    float fold = folds(u);
    hit.albedo = vec3(0.50, 0.030, 0.045) * (0.62 + 0.38 * fold) * (0.5 + 0.5 * smoothstep(6.5, 1.0, p.y));
    if (hit.n.y < -0.5) {
        vec2 lamp = fract(p.xz / vec2(2.2, 2.8)) - 0.5;
        hit.albedo = vec3(0.02);
        hit.glow = (u_sun_color + 0.3) * smoothstep(0.16, 0.10, length(lamp));
    } else if (hit.n.z > 0.5) {  // the dark hall
        hit.albedo = vec3(0.03, 0.022, 0.02) * (1.0 + fold * step(p.y, 1.3));
    }
}

// How much of the light of two beams from above hangs in the air before t.
float beams(vec3 ro, vec3 rd, float t) {
    float sum = 0.0;
    for (int i = 0; i < 2; i++) {
        vec3 lamp = vec3(i == 0 ? -3.2 : 3.2, 6.4, 1.0), axis = normalize(vec3(0, 0, 0.5) - lamp);
        vec3 o = ro - lamp;
        float k = dot(rd, axis), a = dot(o, rd), b = dot(o, axis);
        float s = (k * b - a) / max(1.0 - k * k, 1e-3);
        float along = b + k * s;
        float apart = length(o + rd * s - axis * along);
        float wide = 0.12 + 0.19 * max(along, 0.0);
        float inside = smoothstep(wide, 0.35 * wide, apart) * step(0.0, along);
        sum += s > 0.0 && s < t && along < 8.0 ? inside * 0.15 * exp(-0.18 * along) : 0.0;
    }
    return sum;
}
#endif

#if PLACE == CLIFFS && !defined UPPER
float rim(float x) { return 4.5 + 3.0 * (noise(vec2(x * 0.9, 40.0)) - 0.5) + 1.6 * sin(x * 0.21); }

float land(vec2 p) {
    float s = p.y - rim(p.x);
    float rock = noise(p * 2.0) - 0.5;
    return mix(0.0, SEA - 1.0, smoothstep(0.0, 2.6, s + 1.1 * rock));
}
#endif

vec3 waves(vec2 p, float t) {
    float fine = detail(1.2, t), wide = detail(5.0, t);
    vec2 slope = 0.055 * wide * vec2(sin(p.x * 0.7 + p.y * 1.3 + u_time * 1.7), cos(p.y * 1.1 - p.x * 0.5 + u_time * 1.4));
    slope += 0.09 * fine * (vec2(noise(p * 3.0 + u_time * 0.9), noise(p * 3.0 + 31.0 - u_time * 0.8)) - 0.5);
    return normalize(vec3(slope.x, 1.0, slope.y));
}

Hit water(vec3 ro, vec3 rd, float t, float foam) {
    vec3 p = ro + rd * t;
    vec3 deep = mix(vec3(0.02, 0.13, 0.18), vec3(0.05, 0.20, 0.22), noise(p.xz * 0.3));
    return Hit(t, waves(p.xz, t), mix(deep, vec3(0.85), clamp(foam, 0.0, 1.0)), vec3(0), 0.9 * (1.0 - foam));
}

vec3 bumped(vec2 p, float strength, float w, float t) {
    float s = strength * detail(w, t);
    vec2 q = p / w * 3.0;
    float e = 0.35;
    return normalize(vec3(s * (noise(q) - noise(q + vec2(e, 0))), 1.0, s * (noise(q) - noise(q + vec2(0, e)))));
}

Hit floor_at(vec3 ro, vec3 rd, float t) {
    vec3 p = ro + rd * t;
    float a = noise(p.xz * 0.55), b = noise(p.xz * 2.3 + 9.0);
    b = mix(0.5, b, detail(1.0, t));
    vec3 n = vec3(0, 1, 0), albedo = vec3(0.3);
    float mirror = 0.0;
#if PLACE == STREET
    float walk = smoothstep(4.2, 4.3, abs(p.x));
    albedo = mix(vec3(0.075, 0.075, 0.085), vec3(0.22, 0.21, 0.21), walk) * (0.75 + 0.5 * a);
    float dash = step(abs(p.x), 0.10) * step(fract(p.z / 5.0), 0.5) * detail(0.6, t);
    albedo = mix(albedo, vec3(0.65), dash);
    mirror = u_wet * mix(0.35 + 0.65 * smoothstep(0.35, 0.6, a), 0.35, walk);
    n = bumped(p.xz, 0.05, 1.4, t);
#elif PLACE == SNOW
    albedo = vec3(0.86, 0.89, 0.94) * (0.93 + 0.1 * a);
    n = bumped(p.xz, 0.75, 5.0, t);
#elif PLACE == MARS
    albedo = mix(vec3(0.50, 0.20, 0.09), vec3(0.62, 0.30, 0.15), a) * (0.8 + 0.35 * b);
    n = bumped(p.xz, 0.9, 3.0, t);
#elif PLACE == BEACH
    float shore = 3.4 + 1.2 * (noise(vec2(p.x * 0.8, 3.0)) - 0.5) + 0.7 * sin(u_time * 0.8);
    float wet = smoothstep(shore - 1.8, shore - 0.2, p.z);
    if (p.z > shore) {
        float line = smoothstep(0.9, 0.0, p.z - shore) + 0.8 * smoothstep(0.35, 0.0, abs(p.z - shore - 3.2 + 0.6 * sin(u_time * 0.8 + 1.0) - 0.8 * a));
        return water(ro, rd, t, line * smoothstep(0.25, 0.6, b + 0.25));
    }
    albedo = mix(vec3(0.76, 0.62, 0.40), vec3(0.40, 0.31, 0.20), wet) * (0.88 + 0.2 * b);
    mirror = 0.35 * wet;
    n = bumped(p.xz, 0.4 * (1.0 - wet), 2.5, t);
#elif PLACE == FOREST
    albedo = mix(vec3(0.16, 0.10, 0.045), vec3(0.09, 0.17, 0.04), smoothstep(0.35, 0.65, a)) * (0.6 + 0.8 * b);
    n = bumped(p.xz, 0.8, 1.5, t);
#elif PLACE == MOUNTAINS
    albedo = mix(vec3(0.33, 0.31, 0.30), vec3(0.17, 0.24, 0.09), smoothstep(0.42, 0.62, a)) * (0.6 + 0.7 * b);
    n = bumped(p.xz, 1.1, 2.4, t);
#elif PLACE == DESERT
    float ripple = sin(p.x * 3.1 + p.z * 1.3 + 5.0 * a) * detail(1.6, t);
    albedo = vec3(0.80, 0.57, 0.31) * (0.92 + 0.14 * a + 0.05 * ripple);
    n = bumped(p.xz, 0.7, 7.0, t);
    n = normalize(n + vec3(0.16, 0.0, 0.07) * ripple);
#elif PLACE == RIVER
    if (p.z > QUAY) {
        Hit hit = water(ro, rd, t, 0.0);
        hit.albedo *= 0.8;
        return hit;
    }
    vec2 slab = p.xz * vec2(0.8, 1.3) + vec2(0.5 * floor(p.z * 1.3), 0.0);
    vec2 joint = abs(fract(slab) - 0.5);
    float gap = smoothstep(0.44, 0.49, max(joint.x, joint.y)) * detail(0.7, t);
    albedo = vec3(0.42, 0.39, 0.35) * (0.75 + 0.3 * hash(floor(slab)) + 0.25 * a) * (1.0 - 0.55 * gap);
    albedo = mix(albedo, vec3(0.55, 0.52, 0.47), smoothstep(QUAY - 0.6, QUAY - 0.5, p.z));
    mirror = 0.5 * u_wet * step(0.9, u_wet) * smoothstep(0.3, 0.6, a);
#elif PLACE == ROOM
    vec2 plank = vec2(p.x * 0.9 + 0.37 * floor(p.z * 5.0), p.z * 5.0);
    float seam = smoothstep(0.42, 0.5, abs(fract(plank.y) - 0.5)) * detail(0.4, t);
    albedo = mix(vec3(0.40, 0.23, 0.11), vec3(0.52, 0.33, 0.17), hash(floor(plank))) * (1.0 - 0.4 * seam);
    vec2 rug = abs(p.xz) - vec2(2.3, 1.7);
    float on_rug = step(max(rug.x, rug.y), 0.0);
    float border = step(-0.35, max(rug.x, rug.y)) * step(max(rug.x, rug.y), -0.2);
    vec3 wool = hash(u_shift + 4.0) > 0.5 ? vec3(0.42, 0.12, 0.10) : vec3(0.14, 0.22, 0.34);
    albedo = mix(albedo, mix(wool, vec3(0.75, 0.65, 0.48), border) * (0.85 + 0.3 * b), on_rug);
#elif PLACE == STAGE
    float board = floor(p.x * 3.0);
    float seam = smoothstep(0.42, 0.5, abs(fract(p.x * 3.0) - 0.5)) * detail(0.6, t);
    albedo = mix(vec3(0.30, 0.17, 0.08), vec3(0.42, 0.25, 0.12), hash(vec2(board, 2.0))) * (1.0 - 0.45 * seam);
    mirror = 0.30;
#else
    albedo = mix(vec3(0.16, 0.34, 0.06), vec3(0.30, 0.42, 0.10), a) * (0.7 + 0.6 * b);
    float bloom = step(0.93, hash(floor(p.xz * 4.0))) * detail(0.5, t) * smoothstep(0.35, 0.2, length(fract(p.xz * 4.0) - 0.5));
#if PLACE == MEADOW
    albedo = mix(albedo, hash(floor(p.xz * 4.0) + 3.0) > 0.5 ? vec3(0.9, 0.8, 0.15) : vec3(0.85), bloom);
#endif
    n = bumped(p.xz, 0.6, 1.2, t);
#endif
    return Hit(t, n, albedo, vec3(0), mirror);
}

#if PLACE == CLIFFS && !defined UPPER
Hit coast(vec3 ro, vec3 rd) {
    float t = rd.y < 0.0 ? max(-ro.y / rd.y, 0.0) : FAR;
    if (t >= FAR) return nothing();
    vec3 p = ro + rd * t;
    if (p.z < rim(p.x)) return floor_at(ro, rd, t);
    float sea = (SEA - ro.y) / rd.y;
    float from = t;
    for (int i = 0; i < 22; i++) {
        p = ro + rd * t;
        float d = p.y - land(p.xz);
        if (d < 0.04 || t > sea) break;
        t += max(d * 0.45, 0.05);
    }
    if (t < min(sea, 120.0)) {
        float e = 0.12;
        float layers = noise(vec2(p.y * 5.0, p.x * 0.7));
        vec3 n = normalize(vec3(land(p.xz - vec2(e, 0)) - land(p.xz + vec2(e, 0)), 2.0 * e, land(p.xz - vec2(0, e)) - land(p.xz + vec2(0, e))));
        vec3 rock = mix(vec3(0.24, 0.19, 0.15), vec3(0.45, 0.38, 0.30), layers);
        return Hit(t, normalize(n + 0.5 * (noise(p.xy * 3.0) - 0.5)), rock, vec3(0), 0.0);
    }
    if (sea > FAR) return nothing();
    p = ro + rd * sea;
    float surge = 0.5 + 0.5 * sin(u_time * 1.1 + noise(p.xz) * 6.0);
    float foam = smoothstep(2.4 + 1.6 * surge, 1.2, p.z - rim(p.x) - 1.0);
    for (int i = 0; i < u_props; i++) {
        float d = length((p.xz - u_prop[i].xz) / u_radii[i].xz) - 0.95;
        foam = max(foam, smoothstep(0.30 + 0.25 * surge, 0.0, d));
    }
    return water(ro, rd, sea, foam * smoothstep(0.2, 0.55, noise(p.xz * 2.0 + u_time * 0.4)));
}
#endif

#if PLACE == CLIFFS
// How much white water stands in the air before t: at each rock in the sea a sheet of drops is thrown
// up when the surge arrives, rises and falls as things fall.
float spray(vec3 ro, vec3 rd, float t) {
    float sum = 0.0;
    for (int i = 0; i < u_props; i++) {
        vec3 rock = vec3(u_prop[i].x, SEA, u_prop[i].z);
        float wide = 0.6 + 1.1 * max(u_radii[i].x, u_radii[i].z);
        vec2 away = normalize(rock.xz - ro.xz);
        rock.xz -= away * max(u_radii[i].x, u_radii[i].z);  // on the side that is seen
        float s = dot(rock.xz - ro.xz, away) / max(dot(rd.xz, away), 1e-3);
        if (u_prop[i].y > -2.0 || s > t + 0.5) continue;
        vec3 p = ro + rd * s - rock;
        float beat = u_time / 3.2 + hash(u_prop[i].xz), since = 3.2 * fract(beat);
        float reach = (0.8 + 0.6 * hash(vec2(floor(beat), float(i)))) * 9.5;
        float top = reach * since - 4.9 * since * since;
        float across = dot(p.xz, vec2(-away.y, away.x)) / wide;
        // Jets of unlike height, and the drops in them, which fly with the water.
        float jet = noise(vec2(across * 4.0 + 9.0 * float(i) + 5.0 * floor(beat), 2.0));
        float edge = top * (1.0 - across * across) * (0.25 + 1.3 * jet);
        float drops = noise(vec2(across * wide * 3.5, (p.y - top) * 2.2) + 20.0 * float(i));
        float thick = smoothstep(edge, 0.25 * edge, p.y) * smoothstep(-0.3, 0.4, p.y);
        thick *= smoothstep(0.0, 1.5, top) * smoothstep(1.0, 0.6, abs(across));
        sum = max(sum, smoothstep(0.25, 0.75, drops + 0.75 * thick - 0.35) * min(3.0 * thick, 1.0));
    }
    return sum;
}
#endif

Hit ground(vec3 ro, vec3 rd) {
#ifdef UPPER
    return nothing();
#elif PLACE == CLIFFS
    return coast(ro, rd);
#else
    float t = min(-ro.y / min(rd.y, -1e-4), FAR);
    return t < FAR ? floor_at(ro, rd, t) : nothing();
#endif
}

// --- light --------------------------------------------------------------------------------------

float shadow(vec3 p) {
    float lit = 1.0;
    for (int i = 0; i < u_props; i++) {
        vec3 o = (p - u_prop[i].xyz) / u_radii[i], d = u_sun / u_radii[i];
        float b = dot(o, d), oo = dot(o, o);
        float away = sqrt(max(oo - b * b / dot(d, d), 0.0));
        lit = b > 0.0 || oo < 1.02 ? lit : min(lit, smoothstep(0.75, 1.15, away));
    }
#if PLACE == STREET
    // Houses keep a low sun out of the street.
    float t = (sign(u_sun.x) * WALL - p.x) / (abs(u_sun.x) < 1e-3 ? 1e-3 : u_sun.x);
    lit *= smoothstep(9.0, 13.0, p.y + u_sun.y * t);
#elif PLACE == STAGE
    lit *= 0.10 + 0.90 * smoothstep(4.2, 2.2, length(p.xz - vec2(0.0, 0.5)));
#endif
    return lit;
}

#ifndef UPPER
// What still water and wet ground show of the place above them.
vec3 mirrored(vec3 p, vec3 rd) {
#if PLACE == STREET
    Hit hit = nothing();
    houses(p, rd, hit);
    vec3 color = hit.t < FAR ? hit.albedo * skylight(hit.n) + hit.glow : clear_sky(rd);
    return mix(fog_color(rd), color, clearness(min(hit.t, 60.0)));
#elif PLACE == STAGE
    Hit hit = nothing();
    walls(p, rd, hit);
    return hit.albedo * skylight(hit.n) + hit.glow;
#else
    vec3 color = clear_sky(rd);
    Hit hit = nothing();
    props(p, rd, hit);
#if PLACE == RIVER
    town(p, rd, hit);
    if (hit.t < FAR) return hit.albedo * (u_sun_color * 0.3 + u_ambient) + hit.glow;
#endif
    vec3 light = u_sun_color * 0.4 + u_ambient;
    return hit.t < FAR ? hit.albedo * light : color;
#endif
}
#endif

void main() {
    vec3 rd = view_ray();
    Hit hit = ground(u_eye, rd);
#if PLACE == STREET
    houses(u_eye, rd, hit);
#elif PLACE == RIVER
    town(u_eye, rd, hit);
#elif INDOORS
    walls(u_eye, rd, hit);
#endif
    props(u_eye, rd, hit);

    bool empty = hit.t >= FAR;
    float through = clearness(empty ? 60.0 * exp(-4.0 * max(rd.y, 0.0)) : hit.t);
    vec3 p = u_eye + rd * hit.t;
    vec3 sun = hit.albedo * u_sun_color * sunlight(max(dot(hit.n, u_sun), 0.0) * shadow(p));
    vec3 color = sun + hit.albedo * skylight(hit.n) + hit.glow;
    float mirror = 0.0;
#ifdef UPPER
    color = empty ? horizon(rd) : color;
#else
    color = empty ? u_horizon : color;
#if PLACE == STREET || PLACE == CLIFFS || PLACE == BEACH || PLACE == RIVER || PLACE == STAGE
    vec3 up = normalize(mix(vec3(0, 1, 0), hit.n, 0.8));
    vec3 r = reflect(rd, up);
    r = normalize(vec3(r.x, abs(r.y) + 0.01, r.z));
    float fresnel = 1.0 - max(-dot(rd, up), 0.0);
    fresnel = 0.06 + 0.94 * fresnel * fresnel * fresnel * fresnel;
    mirror = empty ? 0.0 : hit.mirror * max(fresnel, PLACE == STREET ? 0.42 : 0.06);
    vec3 seen = mirrored(p + vec3(0, 0.02, 0), r);
    seen += u_sun_color * pow(max(dot(r, u_sun), 0.0), 90.0) * 1.4 * (1.0 - 0.5 * u_night);
    color = mix(color, seen, mirror);
    sun *= 1.0 - mirror;
#endif
#endif
#if PLACE == CLIFFS
    float white = 0.9 * spray(u_eye, rd, hit.t);
    color = mix(color, vec3(0.9) * (u_ambient + 0.6 * u_sun_color), white);
    mirror *= 1.0 - white;
    sun *= 1.0 - white;
#endif
    color = mix(fog_color(rd), color, through);
#if PLACE == STAGE
    color += u_sun_color * beams(u_eye, rd, hit.t);
#endif
    o_color = vec4(color, 0.1 + 0.9 * clamp(log(1.0 + hit.t) / 6.0, 0.0, 1.0));
    o_sun = vec4(empty ? vec3(0) : sun * through, hit.t);
    o_mirror = vec4(hit.n.xz, mirror * through, 0.0);
}
