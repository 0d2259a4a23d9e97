// What the figures, taken as one, do to the ground: they shade it, darken their contacts, and are mirrored in it.
// Drawn over the rectangle where shadows and reflections fall, blended as colour + alpha * ground.

uniform sampler2D u_depth;    // output 1 of place.glsl
uniform sampler2D u_mirror;   // output 2

out vec4 o_color;

void main() {
    vec2 at = gl_FragCoord.xy / u_size;
    vec4 sun = textureLod(u_depth, at, 0.0);
    vec3 ground = textureLod(u_mirror, at, 0.0).xyz;
    vec3 rd = view_ray();
    vec3 p = u_eye + rd * sun.a;
    vec3 up = normalize(vec3(0.6 * ground.x, 1.0, 0.6 * ground.y));
    vec3 r = reflect(rd, up);
    r = normalize(vec3(r.x, abs(r.y) + 0.01, r.z));

    vec3 o = turned(p - u_pose.xyz), l = turned(u_sun);
    vec2 span;
    bool met = sphere(p, u_sun, span) && sun.a < FAR;
    float t = max(span.x, 0.03), lit = 1.0;
    for (int i = 0; i < 12; i++) {
        if (!met || t > span.y) break;
        float e = body(o + l * t);
        lit = min(lit, 0.5 + 7.0 * e / t);
        if (lit < 0.02) break;
        t += max(e, 0.03);
    }
    lit = smoothstep(0.0, 1.0, lit);
    float open = clamp(0.35 + 4.5 * body(o + vec3(0, 0.1, 0)), 0.0, 1.0);
    float seen = 0.0;
    vec3 image = vec3(0);
#ifdef MIRROR
    met = ground.z > 0.01 && sphere(p, r, span);
    span.y = met ? span.y : -1.0;
    vec3 d = turned(r);
    float at_body = march(o, d, span, 16, seen);
    seen = met ? seen : 0.0;
    vec4 skin = paint(o + d * at_body);
    image = skin.rgb * (skylight(turned(vec3(0, 0.25, 0) - d)) + 0.3 * u_sun_color) + max(skin.rgb - 1.0, 0.0);
#endif
    float mirrored = ground.z * seen;
    float keep = mix(1.0, open, 0.75) * (1.0 - mirrored);
    o_color = vec4(image * mirrored - sun.rgb * (1.0 - lit) * keep, keep);
}
