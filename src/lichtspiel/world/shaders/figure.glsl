// One figure, drawn over the rectangle that its bounding sphere covers.
// Blended as colour + alpha * what is behind: alpha is the part of the pixel that stays free.

uniform sampler2D u_depth;    // output 1 of place.glsl

out vec4 o_color;

void main() {
    vec3 rd = view_ray();
    vec2 span;
    bool met = sphere(u_eye, rd, span);
    span.y = met ? span.y : -1.0;
    vec3 o = turned(u_eye - u_pose.xyz), d = turned(rd), sun = turned(u_sun);
    float cover;
    float t = march(o, d, span, 20, cover);
    if (!met || t > textureLod(u_depth, gl_FragCoord.xy / u_size, 0.0).a) cover = 0.0;

    vec3 q = o + d * t, n = vec3(0);
    float e = max(0.002, 0.0006 * t);
    for (int i = 0; i < 4; i++) {
        vec3 corner = vec3(i == 0 || i == 3 ? 1.0 : -1.0, i == 1 || i == 3 ? 1.0 : -1.0, i == 2 || i == 3 ? 1.0 : -1.0);
        n += corner * body(q + corner * e);
    }
    n = normalize(n);
    float shadow = 1.0, open = 1.0;
    for (int i = 0; i < 3; i++) {
        float reach = 0.09 + 0.06 * float(i);
        float gap = body(q + n * 0.03 + (i < 2 ? sun : n) * reach);
        if (i < 2) shadow = min(shadow, 0.5 + 0.5 * gap / reach * 1.6);
        else open = clamp(0.45 + 3.0 * gap, 0.0, 1.0);
    }
    shadow = smoothstep(0.15, 0.9, clamp(shadow, 0.0, 1.0));
    open *= 0.6 + 0.4 * clamp(q.y * 3.0, 0.0, 1.0);
    vec4 skin = paint(q);
    bool clear = skin.a < 0.0;
    skin.a = abs(skin.a);
    vec3 wn = turned(n);

    vec3 color = skin.rgb * (u_sun_color * sunlight(max(dot(wn, u_sun), 0.0) * shadow) + skylight(wn) * open);
    color += max(skin.rgb - 1.0, 0.0);
    float facing = 1.0 - max(-dot(wn, rd), 0.0);
    vec3 rim = mix(u_ambient, u_sun_color + 0.25 * u_night, 0.5);
    color += rim * (0.18 + 0.35 * u_night) * facing * facing * facing * open;
    vec3 r = reflect(rd, wn);
    vec3 seen = mix(u_fog * 0.6, clear_sky(vec3(r.x, abs(r.y), r.z)), smoothstep(-0.1, 0.2, r.y));
    color = mix(color, seen, skin.a * (0.12 + 0.6 * facing * facing));
    color += skin.a * u_sun_color * shadow * pow(max(dot(r, u_sun), 0.0), 60.0);
    if (clear) cover *= 0.30 + 0.65 * facing * facing;
    o_color = vec4(mix(fog_color(rd), color, clearness(t)) * cover, 1.0 - cover);
}
