// A figure as a signed distance field: round limbs that melt into each other.
// `body` and `nearest` are written out for the limbs of a figure by render.py (a loop over an array
// of uniforms costs a software renderer ten times as much).

uniform float u_blend;        // metres over which limbs melt together
uniform float u_soften;       // 1 / (4 u_blend)
uniform vec4 u_bound;         // centre, radius
uniform vec4 u_pose;          // position, heading
uniform vec2 u_skin;          // rolled angle, pattern

// Into the frame of the figure: forward, up, left. The map is its own inverse.
vec3 turned(vec3 v) {
    float c = cos(u_pose.w), s = sin(u_pose.w);
    return vec3(s * v.x + c * v.z, v.y, c * v.x - s * v.z);
}

float cone(vec3 p, vec4 a, vec4 b) {  // point and radius, vector to the other point and change of it
    vec3 pa = p - a.xyz;
    float h = clamp(dot(pa, b.xyz) / max(dot(b.xyz, b.xyz), 1e-6), 0.0, 1.0);
    return length(pa - b.xyz * h) - a.w - b.w * h;
}

float box(vec3 p, vec4 a, vec4 b) {  // centre and rounding, half sizes
    vec3 q = abs(p - a.xyz) - b.xyz;
    return length(max(q, 0.0)) + min(max(q.x, max(q.y, q.z)), 0.0) - a.w;
}

float melt(float d, float e) {
    float h = max(u_blend - abs(d - e), 0.0);
    return min(d, e) - h * h * u_soften;
}

bool sphere(vec3 ro, vec3 rd, out vec2 span) {
    vec3 o = ro - u_bound.xyz;
    float b = dot(o, rd);
    float disc = b * b - dot(o, o) + u_bound.w * u_bound.w;
    float half_chord = sqrt(max(disc, 0.0));
    span = vec2(-b - half_chord, -b + half_chord);
    return disc > 0.0 && span.y > 0.0;
}

//BODY

// March a ray in the frame of the figure: where it comes closest, and how much of a pixel it covers.
float march(vec3 o, vec3 d, vec2 span, int steps, out float cover) {
    float pixel = 2.0 / (u_focal * u_size.y);
    float t = max(span.x, 0.02), close = 1e3, at = t;
    for (int i = 0; i < steps; i++) {
        float e = body(o + d * t);
        float ratio = e / (t * pixel);
        at = ratio < close ? t : at;
        close = min(close, ratio);
        if (ratio < 0.45 || t > span.y) break;
        t += e * 0.95;
    }
    cover = clamp(1.35 - 0.7 * close, 0.0, 1.0);
    return at;
}

vec4 paint(vec3 q) {  // colour and gloss at a point of the skin; gloss below 0 lets light through
    vec4 skin = nearest(q);
    float c = cos(u_skin.x), s = sin(u_skin.x);  // a beach ball's panels, rolled forward
    vec3 r = q - u_a[0].xyz;
    r = vec3(c * r.x - s * r.y, s * r.x + c * r.y, r.z);
    float panel = step(0.0, sin(atan(r.y, r.x) * 3.0)) * step(abs(r.z), 0.40) * u_skin.y;
    skin.rgb = mix(skin.rgb, vec3(0.88), panel);
    skin.rgb *= 0.86 + 0.28 * noise(q.xy * 9.0 + q.z * 7.0) * (1.0 - abs(skin.a));
    return skin;
}
