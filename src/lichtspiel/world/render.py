"""Draw a scene: figures, stage and light become uniforms, two shaders become frames.

Runs through EGL without a screen, on Mesa's llvmpipe or on a GPU alike. A `Renderer` holds one
OpenGL context; make one for each process.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from typing import Any

import moderngl
import numpy as np
from numpy.typing import NDArray

from lichtspiel.shapes import FPS
from lichtspiel.world import figures, stage
from lichtspiel.world.scene import INDOORS, SITES, STYLES, Scene

Frame = NDArray[np.uint8]

_VERTEX = """
#version 330
const vec2 corners[3] = vec2[3](vec2(-1, -1), vec2(3, -1), vec2(-1, 3));
void main() { gl_Position = vec4(corners[gl_VertexID], 0, 1); }
"""
_MAX_PROPS = 28
_SAMPLERS = {"u_noise": 0, "u_picture": 1, "u_depth": 2, "u_mirror": 3}
#: Which shared files stand before a shader.
_PARTS = {
    "place.glsl": ("common.glsl",),
    "ground.glsl": ("common.glsl", "body.glsl"),
    "figure.glsl": ("common.glsl", "body.glsl"),
}
_MIRRORING = ("street", "beach", "river", "stage")
#: Metres over which the limbs of a figure melt together.
_BLEND = {"bear": 0.10, "horse": 0.07, "puppies": 0.025, "cat": 0.025, "bird": 0.03,
          "runner": 0.02, "car": 0.01, "boat": 0.015, "glass": 0.02}  # fmt: skip
_IRIS = {"brown": (0.20, 0.085, 0.025), "blue": (0.14, 0.34, 0.62), "green": (0.16, 0.36, 0.14)}


def render(
    scene: Scene,
    frames: int,
    height: int,
    width: int,
    fps: float = FPS,
    start: float = 0.0,
    staged: Scene | None = None,
) -> Frame:
    """Draw `frames` frames of a scene from its second `start` on: uint8 (frames, height, width, 3).

    staged: a scene with the same seed and another subject, which stays away but for whom the place,
    the light, the camera and the way are planned: renders of both differ by the subject only.
    Equal arguments give equal pixels on one machine. Opens a context for the one clip; use a
    `Renderer` for many.
    """
    with Renderer() as renderer:
        return renderer.render(scene, frames, height, width, fps, start, staged)


def subject_box(
    scene: Scene, time: float, height: int, width: int, staged: Scene | None = None
) -> tuple[float, float, float, float] | None:
    """Where the subject is seen `time` seconds after the start, or None for a landscape.

    (left, top, right, bottom) as shares of the picture's width and height, in [0, 1]. staged: as
    in `render`.
    """
    if scene.subject == "eye":
        return (0.0, 0.0, 1.0, 1.0)
    staged = _staged(scene, staged)
    plan = stage.block(staged, width / height)
    cast = _cast(scene, staged, plan, time)
    if not cast:
        return None
    view = _View(stage.camera(staged, plan, time), width, height)
    left, bottom, wide, high = view.rectangle(figures.spheres(cast))
    top = height - bottom - high
    return (left / width, top / height, (left + wide) / width, (top + high) / height)


class Renderer:
    """An OpenGL context with the compiled shaders of the places that were asked for."""

    def __init__(self) -> None:
        try:
            self._gl = moderngl.create_context(standalone=True, backend="egl")  # type: ignore[arg-type]
        except Exception as error:
            raise RuntimeError(
                "OpenGL through EGL did not start. On Debian, install libegl1 and libgl1-mesa-dri."
            ) from error
        self._programs: dict[tuple[str, ...], moderngl.Program] = {}
        self._noise = self._gl.texture((256, 256), 1, _noise_map().tobytes(), dtype="f4")
        self._noise.filter = (moderngl.LINEAR, moderngl.LINEAR)

    def __enter__(self) -> Renderer:
        return self

    def __exit__(self, *_: object) -> None:
        self._gl.release()

    @property
    def device(self) -> str:
        """The name of what draws, as the driver gives it."""
        return str(self._gl.info["GL_RENDERER"])

    def render(
        self,
        scene: Scene,
        frames: int,
        height: int,
        width: int,
        fps: float = FPS,
        start: float = 0.0,
        staged: Scene | None = None,
    ) -> Frame:
        """As the function `render`."""
        if frames < 1 or height < 16 or width < 16 or not fps > 0:
            raise ValueError(
                "A render needs at least one frame of 16 x 16 pixels and fps above zero."
            )
        return np.stack(list(self.stream(scene, frames, height, width, fps, start, staged)))

    def stream(
        self,
        scene: Scene,
        frames: int,
        height: int,
        width: int,
        fps: float = FPS,
        start: float = 0.0,
        staged: Scene | None = None,
    ) -> Iterator[Frame]:
        """Frames one by one, each uint8 (height, width, 3); see the function `render`."""
        staged = _staged(scene, staged)
        with self._gl:  # another renderer may have been at work in this process
            buffers = _Buffers(self._gl, width, height)
        try:
            plan = stage.block(staged, width / height)
            still = self._still(scene, staged, plan, (width, height))
            for index in range(frames):
                time = start + scene.pace * index / fps
                with self._gl:
                    picture = self._picture(scene, staged, plan, time, buffers, still)
                yield picture
        finally:
            with self._gl:
                buffers.release()

    def _picture(
        self,
        scene: Scene,
        staged: Scene,
        plan: stage.Blocking,
        time: float,
        buffers: _Buffers,
        still: dict[str, Any],
    ) -> Frame:
        """One frame, uint8 (height, width, 3)."""
        values = {**still, "u_time": time}
        if scene.subject == "eye":
            self._draw("eye.glsl", (), buffers.painted, values | _gaze(scene, time))
        else:
            view = _View(stage.camera(staged, plan, time), *buffers.size)
            values |= {"u_eye": tuple(view.eye), "u_view": view.matrix()}
            self._draw_place(scene, _cast(scene, staged, plan, time), view, buffers, values)
        buffers.color.use(1)
        self._draw("finish.glsl", _finish_defines(scene), buffers.shown, values)
        pixels = np.frombuffer(buffers.shown.read(components=3, alignment=1), np.uint8)
        width, height = buffers.size
        return pixels.reshape(height, width, 3)[::-1].copy()

    def _draw_place(
        self,
        scene: Scene,
        cast: list[figures.Figure],
        view: _View,
        buffers: _Buffers,
        values: dict[str, Any],
    ) -> None:
        """Place, then what figures do to the ground, then the figures from far to near."""
        gl = self._gl
        cast.sort(key=lambda figure: -math.dist(figure.bounds()[0], view.eye))
        place = f"PLACE {SITES.index(scene.place)}"
        row = view.horizon()
        width, height = buffers.size
        self._draw("place.glsl", (place,), buffers.placed, values, (0, 0, width, row))
        upper = (0, row, width, height - row)
        self._draw("place.glsl", (place, "UPPER"), buffers.placed, values, upper)
        if not cast:
            return
        buffers.sun.use(2)
        buffers.mirror.use(3)
        gl.enable(moderngl.BLEND)
        _blend(gl, moderngl.ONE)
        fallen = view.rectangle(_touched(figures.spheres(cast), values["u_sun"]))
        mirrors = ("MIRROR",) if scene.place in _MIRRORING else ()
        self._draw_figure("ground.glsl", mirrors, buffers, values, figures.merge(cast), fallen)
        _blend(gl, moderngl.SRC_ALPHA)
        for figure in cast:
            box = view.rectangle(figures.spheres([figure]))
            self._draw_figure("figure.glsl", (), buffers, values, figure, box)
        gl.disable(moderngl.BLEND)

    def _draw_figure(
        self,
        name: str,
        defines: tuple[str, ...],
        buffers: _Buffers,
        values: dict[str, Any],
        figure: figures.Figure,
        box: tuple[int, int, int, int],
    ) -> None:
        kinds = "".join("B" if limb.box else "C" for limb in figure.limbs)
        self._draw(
            name, (*defines, f"LIMBS {kinds}"), buffers.painted, values | _limbs(figure), box
        )

    def _program(self, name: str, defines: tuple[str, ...]) -> moderngl.Program:
        key = (name, *defines)
        if key not in self._programs:
            shaders = files("lichtspiel.world").joinpath("shaders")
            head = "".join(f"#define {define}\n" for define in defines)
            parts = [shaders.joinpath(part).read_text() for part in (*_PARTS.get(name, ()), name)]
            source = "\n".join(["#version 330", head, *parts])
            kinds = next((d.split()[1] for d in defines if d.startswith("LIMBS ")), "")
            self._programs[key] = self._gl.program(
                vertex_shader=_VERTEX, fragment_shader=source.replace("//BODY", _body(kinds))
            )
        return self._programs[key]

    def _draw(
        self,
        name: str,
        defines: tuple[str, ...],
        target: moderngl.Framebuffer,
        values: dict[str, Any],
        box: tuple[int, int, int, int] | None = None,
    ) -> None:
        """Run a shader over a rectangle (left, bottom, width, height) of the target."""
        if box is not None and (box[2] < 1 or box[3] < 1):
            return
        program = self._program(name, defines)
        self._noise.use(0)
        for uniform, value in {**values, **_SAMPLERS}.items():
            member = program.get(uniform, None)
            if isinstance(member, moderngl.Uniform):
                if isinstance(value, np.ndarray):
                    member.write(value)
                else:
                    member.value = value
        target.use()
        target.scissor = box  # type: ignore[assignment]
        self._gl.vertex_array(program, []).render(moderngl.TRIANGLES, vertices=3)

    def _still(
        self, scene: Scene, staged: Scene, plan: stage.Blocking, size: tuple[int, int]
    ) -> dict[str, Any]:
        """Uniforms that stay for the whole clip."""
        rng = np.random.default_rng(scene.seed)
        light = stage.light(staged, plan)
        blend = _BLEND.get(scene.subject, 0.035)
        values: dict[str, Any] = {
            "u_size": size,
            "u_focal": 1 / math.tan(stage.FIELD_OF_VIEW / 2),
            "u_shift": tuple(rng.uniform(0, 256, 2)),
            "u_cel": 1.0 if scene.style == "anime" else 0.0,
            "u_blend": blend,
            "u_soften": 0.25 / blend,
        }
        values["u_neon"] = light.night if scene.place == "street" else 0.0
        values["u_rain"] = 1.0 if scene.weather == "rain" else 0.0
        values["u_snow"] = 1.0 if scene.weather == "snowfall" else 0.0
        for name in ("sun", "sun_color", "ambient", "zenith", "horizon", "fog", "density", "cloud",
                     "night", "wet", "exposure"):  # fmt: skip
            values[f"u_{name}"] = getattr(light, name)
        if scene.subject == "eye":
            face = figures.SKIN[int(rng.integers(len(figures.SKIN)))]
            return {**values, "u_face": face, "u_iris": _IRIS[scene.color]}
        stones = stage.props(staged, plan)[:_MAX_PROPS]
        values["u_props"] = len(stones)
        values["u_prop"] = _rows([(*p.center, p.rough) for p in stones], _MAX_PROPS, 4)
        values["u_radii"] = _rows([p.radii for p in stones], _MAX_PROPS, 3)
        values["u_tint"] = _rows([p.color for p in stones], _MAX_PROPS, 3)
        return values


def _staged(scene: Scene, other: Scene | None) -> Scene:
    """The scene with the subject of another one, for which it is planned."""
    if other is None:
        return scene
    return replace(
        scene,
        subject=other.subject,
        action=other.action,
        color=other.color,
        count=other.count,
    )


def _cast(scene: Scene, staged: Scene, plan: stage.Blocking, time: float) -> list[figures.Figure]:
    """The figures of a scene, as quick on their way as those that it was staged for."""
    own, planned = figures.speed(scene), figures.speed(staged)
    pace = planned / own if own and planned else 1.0
    return figures.pose(scene, time * pace, plan.heading, plan.start)


def _blend(gl: moderngl.Context, keep: int) -> None:
    """Blend as colour + alpha * what is there; `keep` says what becomes of the depth in alpha."""
    gl.blend_func = moderngl.ONE, moderngl.SRC_ALPHA, moderngl.ZERO, keep  # type: ignore[assignment]


class _Buffers:
    """The textures that the passes write and read, for one picture size."""

    def __init__(self, gl: moderngl.Context, width: int, height: int) -> None:
        self.size = (width, height)
        self.color, self.sun, self.mirror = (gl.texture(self.size, 4, dtype="f4") for _ in range(3))
        self.result = gl.texture(self.size, 3)
        for texture in (self.color, self.sun, self.mirror):
            texture.repeat_x = texture.repeat_y = False
        self.placed = gl.framebuffer([self.color, self.sun, self.mirror])
        self.painted = gl.framebuffer([self.color])
        self.shown = gl.framebuffer([self.result])

    def release(self) -> None:
        for resource in (self.placed, self.painted, self.shown, self.color, self.sun, self.mirror,
                         self.result):  # fmt: skip
            resource.release()


Sphere = tuple[figures.Point, float]


class _View:
    """A camera over a picture: its axes, and which pixels a sphere covers."""

    def __init__(self, camera: stage.Camera, width: int, height: int) -> None:
        forward = np.subtract(camera.target, camera.eye)
        forward /= np.linalg.norm(forward)
        right = np.cross((0.0, 1.0, 0.0), forward)
        right /= np.linalg.norm(right)
        self.axes = np.stack([right, np.cross(forward, right), forward])
        self.eye = np.asarray(camera.eye)
        self.size = (width, height)
        self.focal = 1 / math.tan(stage.FIELD_OF_VIEW / 2)

    def matrix(self) -> tuple[float, ...]:
        return tuple(float(x) for x in self.axes.ravel())

    def horizon(self) -> int:
        """The pixel row, from below, where level rays meet the picture."""
        height = -self.axes[2, 1] * self.focal / self.axes[1, 1]
        rows = self.size[1]
        return int(min(max(math.floor((height + 1) * rows / 2), 0), rows))

    def rectangle(self, spheres: list[Sphere]) -> tuple[int, int, int, int]:
        """Left, bottom, width and height in pixels of what the spheres cover together."""
        width, height = self.size
        centers = np.array([center for center, _ in spheres])
        radii = np.array([radius for _, radius in spheres]) * 1.05 + 0.01
        x, y, z = self.axes @ (centers - self.eye).T
        seen = z > -radii
        if not seen.any():
            return (0, 0, 0, 0)
        if (z[seen] < radii[seen] * 1.05 + 0.05).any():  # around the camera
            return (0, 0, width, height)
        x, y, z, radii = x[seen], y[seen], z[seen], radii[seen]
        at = self.focal * np.stack([x, y]) / z
        # A sphere beside the axis is drawn wider than one on it.
        reach = self.focal * radii / np.sqrt(z * z - radii * radii)
        reach = reach * np.sqrt(1 + (at / self.focal) ** 2)
        low, high = (at - reach).min(1), (at + reach).max(1)
        scale = height / 2
        offset = np.array([width, height]) / 2
        first = np.clip(np.floor(low * scale + offset) - 1, 0, self.size).astype(int)
        last = np.clip(np.ceil(high * scale + offset) + 1, 0, self.size).astype(int)
        return int(first[0]), int(first[1]), int(last[0] - first[0]), int(last[1] - first[1])


def _touched(spheres: list[Sphere], sun: figures.Point) -> list[Sphere]:
    """Spheres around where figures shade, darken or are mirrored in the ground."""
    touched = []
    for (x, y, z), radius in spheres:
        fall = min(y / max(sun[1], 0.05), 7.0)  # down the shadow, as far as it is worth it
        touched.append(((x - sun[0] * fall, 0.0, z - sun[2] * fall), 1.1 * radius))
        touched.append(((x, 0.0, z), 1.1 * radius))
        touched.append(((x, -y, z), radius))
    return touched


def _body(kinds: str) -> str:
    """GLSL for the limbs of a figure: "C" is a round cone, "B" a rounded box."""
    calls = [f"{'box' if k == 'B' else 'cone'}(p, u_a[{i}], u_b[{i}])" for i, k in enumerate(kinds)]
    union = "\n".join(f"    d = melt(d, {call});" for call in calls)
    choice = "\n".join(
        f"    e = {call}; c = e < d ? u_color[{i}] : c; d = min(d, e);"
        for i, call in enumerate(calls)
    )
    return f"""
uniform vec4 u_a[{len(kinds)}];
uniform vec4 u_b[{len(kinds)}];
uniform vec4 u_color[{len(kinds)}];  // colour, gloss

float body(vec3 p) {{
    float d = 1e3;
{union}
    return d;
}}

vec4 nearest(vec3 p) {{
    float d = 1e3, e;
    vec4 c = vec4(0);
{choice}
    return c;
}}
"""


def _limbs(figure: figures.Figure) -> dict[str, Any]:
    """Uniforms of a figure at one moment."""
    center, radius = figure.bounds()
    a = [(*limb.a, limb.ra) for limb in figure.limbs]
    b = [
        (*limb.b, 0.0) if limb.box else (*np.subtract(limb.b, limb.a), limb.rb - limb.ra)
        for limb in figure.limbs
    ]
    return {
        "u_bound": (*center, radius * 1.03 + 0.02),
        "u_pose": (*figure.position, figure.heading),
        "u_skin": (figure.roll, figure.pattern),
        "u_a": np.array(a, np.float32),
        "u_b": np.array(b, np.float32),
        "u_color": np.array([(*limb.color, limb.gloss) for limb in figure.limbs], np.float32),
    }


def _gaze(scene: Scene, time: float) -> dict[str, Any]:
    """An eye that looks from one side to the other, and blinks once."""
    progress = min(max((time - 0.5) / 2.4, 0.0), 1.0)
    ease = progress * progress * (3 - 2 * progress)
    side = 1.0 if scene.action == "look_right" else -1.0
    offset = np.random.default_rng(scene.seed + 1).uniform(0.4, 3.2)
    lid = max(0.0, 1.0 - abs(time - offset) / 0.17)
    return {"u_gaze": (side * (0.62 * ease - 0.31), 0.03), "u_lid": lid**0.7}


def _finish_defines(scene: Scene) -> tuple[str, ...]:
    falling = scene.weather in ("rain", "snowfall")
    sky = scene.place not in (*INDOORS, "face")
    return (
        f"STYLE {STYLES.index(scene.style)}",
        *(["WEATHER"] if falling else []),
        *(["SKY"] if sky else []),
    )


def _rows(values: list[Any], count: int, width: int) -> NDArray[Any]:
    """Values as the float32 rows of a uniform array, filled up with zeros."""
    rows = np.zeros((count, width), np.float32)
    if values:
        rows[: len(values)] = values
    return rows


def _noise_map() -> NDArray[np.float32]:
    """A periodic map of smooth noise in 0..1: white noise, blurred by one texel and stretched."""
    white = np.random.default_rng(7).uniform(size=(256, 256))
    kernel = (0.25, 0.5, 0.25)
    for axis in (0, 1):
        shifts = zip(kernel, (-1, 0, 1), strict=True)
        white = np.sum([w * np.roll(white, s, axis) for w, s in shifts], axis=0)
    low, high = np.quantile(white, (0.01, 0.99))
    stretched: NDArray[np.float64] = np.clip((white - low) / (high - low), 0, 1)
    return stretched.astype(np.float32)
